import { describe, expect, test } from 'vitest';
import { levelOfCode } from '../../../src/domain/facts/log-level.ts';
import { createHeadReader } from '../../../src/logs/format/head-reader.ts';

/** Lines of one stream, each with its expectation: '|' continues the line before, '.' does not. */
const marked = (text: string): readonly { readonly mark: string; readonly line: string }[] =>
  text
    .split('\n')
    .slice(1, -1)
    .map((line) => ({ mark: line.slice(0, 1), line: line.slice(2) }));

const expectMarks = (text: string): void => {
  const reader = createHeadReader();
  const lines = marked(text);
  const actual = lines.map(({ line }) => {
    const bytes = Buffer.from(line);
    return { mark: reader.read(bytes, 0, bytes.length).isContinuation ? '|' : '.', line };
  });
  expect(actual).toEqual(lines);
};

describe('continuation lines', () => {
  test('the JVM, after a line with a time', () => {
    expectMarks(`
. 2026-03-04T10:15:07.123Z ERROR 1 --- [main] c.e.App : psp call failed
| java.lang.IllegalStateException: no psp
| 	at com.example.PspClient.call(PspClient.java:118)
| 	at com.example.App.main(App.java:12)
| 	Suppressed: java.io.IOException: closed
| 		at com.example.Pool.close(Pool.java:9)
| Caused by: java.net.ConnectException: Connection refused
| 	at java.base/sun.nio.ch.Net.connect0(Native Method)
| 	... 14 more
. 2026-03-04T10:15:07.223Z ERROR 1 --- [main] c.e.App : GET / 503
| io.github.resilience4j.circuitbreaker.CallNotPermittedException: CircuitBreaker 'psp' is OPEN
| 	at io.github.resilience4j.circuitbreaker.CallNotPermittedException.create(CallNotPermittedException.java:48)
. 2026-03-04T10:15:08.123Z  INFO 1 --- [main] c.e.App : retry
. java.lang.IllegalStateException: thrown without a line before it
| 	at com.example.App.main(App.java:12)
`);
  });

  test('the JVM, in a stream without times', () => {
    expectMarks(`
. Exception in thread "main" java.lang.IllegalStateException: no psp
| 	at com.example.App.main(App.java:12)
| Caused by: java.net.ConnectException: Connection refused
| 	... 14 more
. usage: app [options]
.   --help    this text
`);
  });

  test('PHP, whose trace has a heading that ends like a level', () => {
    expectMarks(`
. [04-Mar-2026 10:15:07 UTC] PHP Fatal error:  Uncaught Error: no psp in /app/pay.php:12
| Stack trace:
| #0 /app/index.php(3): pay()
| #1 {main}
|   thrown in /app/pay.php on line 12
. [04-Mar-2026 10:15:08 UTC] PHP Notice:  next
`);
  });

  test('Celery', () => {
    expectMarks(`
. [2026-03-04 10:15:07,123: ERROR/MainProcess] Task shop.pay raised unexpected: KeyError()
| Traceback (most recent call last):
|   File "/app/pay.py", line 12, in charge
| KeyError: 'psp'
. [2026-03-04 10:15:08,123: WARNING/MainProcess] next
`);
  });

  test('inside the envelope of a container runtime', () => {
    expectMarks(`
. 2026-03-04T10:15:07.123456789Z stdout F 2026-03-04 10:15:07.123 ERROR psp call failed
| 2026-03-04T10:15:07.123556789Z stdout F java.lang.IllegalStateException: no psp
| 2026-03-04T10:15:07.123656789Z stdout F 	at com.example.PspClient.call(PspClient.java:118)
. 2026-03-04T10:15:08.123456789Z stdout F 2026-03-04 10:15:08.123 INFO retry
. {"log":"2026-03-04 10:15:09.123 ERROR psp call failed\\n","stream":"stderr","time":"2026-03-04T10:15:09.123Z"}
| {"log":"\\tat com.example.PspClient.call(PspClient.java:118)\\n","stream":"stderr","time":"2026-03-04T10:15:09.124Z"}
`);
  });

  test('Go', () => {
    expectMarks(`
. 2026/03/04 10:15:07 listening on :8080
. panic: runtime error: index out of range [3] with length 3
| 
| goroutine 1 [running]:
| main.charge(0xc000012345, 0x3)
| 	/src/main.go:42 +0x1d
| main.main()
| 	/src/main.go:12 +0x85
| exit status 2
. 2026/03/04 10:15:08 listening on :8080
`);
  });

  test('Rust', () => {
    expectMarks(`
. 2026-03-04T10:15:07.123456Z  INFO api: listening
. thread 'main' panicked at src/main.rs:12:5:
| called \`Option::unwrap()\` on a \`None\` value
| stack backtrace:
|    0: rust_begin_unwind
|              at /rustc/lib/std/src/panicking.rs:647:5
|    1: core::panicking::panic_fmt
| note: Some details are omitted, run with \`RUST_BACKTRACE=full\` for a verbose backtrace.
. 2026-03-04T10:15:08.123456Z  INFO api: listening
`);
  });

  test('Python, after an error and standalone', () => {
    expectMarks(`
. 2026-03-04 10:15:07,123 - app - ERROR - call failed
| Traceback (most recent call last):
|   File "/app/main.py", line 12, in <module>
|     charge(order)
| ValueError: no order
| 
| During handling of the above exception, another exception occurred:
| 
| Traceback (most recent call last):
|   File "/app/main.py", line 14, in <module>
| app.errors.PspError: gone
. 2026-03-04 10:15:08,123 - app - INFO - next
. Traceback (most recent call last):
|   File "/app/main.py", line 12, in <module>
| KeyError: 'order'
. 2026-03-04 10:15:09,123 - app - INFO - next
`);
  });

  test('Node', () => {
    expectMarks(`
. TypeError: Cannot read properties of undefined (reading 'id')
|     at charge (/app/psp.js:12:5)
|     at async /app/main.js:3:1 {
|   code: 'ECONNREFUSED'
| }
. {"level":30,"time":1772619307123,"msg":"next"}
`);
  });

  test('PostgreSQL, although they have a time', () => {
    expectMarks(`
. 2026-03-04 10:15:07.123 UTC [123] ERROR:  duplicate key value violates unique constraint
| 2026-03-04 10:15:07.123 UTC [123] DETAIL:  Key (id)=(9f21) already exists.
| 2026-03-04 10:15:07.123 UTC [123] STATEMENT:  insert into orders
| 	values ($1)
. 2026-03-04 10:15:08.123 UTC [123] LOG:  checkpoint starting: time
`);
  });

  test('indented or empty lines in a stream whose lines have times', () => {
    expectMarks(`
.   an indented line at the very beginning
. 2026-03-04 10:15:07 INFO the settings are
|   pool: 20
| 
|   timeout: 3s
.   2026-03-04 10:15:08 INFO indented, and with a time of its own
. a line that is not indented
`);
  });

  test('indented lines in a stream whose lines have no times', () => {
    expectMarks(`
. settings
.   pool: 20
. 
.   timeout: 3s
`);
  });
});

describe('text without a time and a level, in a stream whose lines have times', () => {
  test('belongs to the problem before it: the failure report of Spring Boot', () => {
    expectMarks(`
. 2026-03-04T10:15:07.123Z  INFO 1 --- [main] c.e.App : starting
. 2026-03-04T10:15:07.123Z ERROR 1 --- [main] o.s.b.d.LoggingFailureAnalysisReporter :
| 
| ***************************
| APPLICATION FAILED TO START
| ***************************
| 
| Description:
| 
| Web server failed to start. Port 8080 was already in use.
. 2026-03-04T10:15:08.123Z  INFO 1 --- [main] c.e.App : stopping
. Picked up JAVA_TOOL_OPTIONS: -Xmx1g
`);
  });

  test('belongs to any line that a blank line follows', () => {
    expectMarks(`
. 2026-03-04T10:15:07.123Z INFO [main] c.e.Report : conditions
| 
| Positive matches:
| 
| none
. 2026-03-04T10:15:08.123Z INFO [main] c.e.App : next
`);
  });

  test('does not contain a line with a level, or the start of another stack trace', () => {
    expectMarks(`
. 2026-03-04T10:15:07.123Z WARN [main] c.e.App : slow
| by 3 s
. WARNING: an illegal reflective access operation has occurred
. 2026-03-04T10:15:08.123Z WARN [main] c.e.App : slow
. thread 'main' panicked at src/main.rs:12:5:
`);
  });

  test('ends after 200 lines, because such a stream is not made of records', () => {
    const reader = createHeadReader();
    const texts = [
      '2026-03-04 10:15:07 ERROR failed',
      ...Array.from({ length: 300 }, (_, nth) => `row ${nth}`),
    ];
    const marks = texts.map((line) => reader.read(Buffer.from(line), 0, line.length).isContinuation);
    expect(marks.indexOf(false, 1)).toBe(201);
    expect(marks.slice(201)).not.toContain(true);
  });
});

test('a continuation has the level of its head', () => {
  const reader = createHeadReader();
  const levels = [
    '2026-03-04 10:15:07 ERROR failed',
    '\tat a.B.c(B.java:1) WARN',
    '2026-03-04 10:15:08 INFO x',
    '  y',
  ].map((line) => levelOfCode(reader.read(Buffer.from(line), 0, Buffer.byteLength(line)).level));
  expect(levels).toEqual(['error', 'error', 'info', 'info']);
});
