import { createHeadReader } from '../../src/logs/format/head-reader.ts';

// Parses the heads of many lines of each format and prints the cost of one.
const lines = 200_000;
const rounds = 8;

/** One line of each format with a counter, so that lines differ. */
const formats: Readonly<Record<string, (n: number) => string>> = {
  spring: (n) =>
    `2026-03-04T10:15:${String(n % 60).padStart(2, '0')}.123Z  INFO 1 --- [nio-8080-exec-${n % 8}] c.e.billing.PspClient  : psp call ok 212 ms order=${n.toString(16)}`,
  kafka: (n) =>
    `[2026-03-04 10:15:07,${100 + (n % 900)}] INFO [GroupCoordinator 1]: Member ${n} in group billing-events has left (kafka.coordinator.group.GroupCoordinator)`,
  tracing: (n) =>
    `2026-03-04T10:15:07.${100_000 + (n % 900_000)}Z  WARN request{method=GET uri=/orders/${n}}: billing::psp: slow call ms=1904`,
  json: (n) =>
    `{"level":"info","ts":${1_772_619_307 + n}.123,"caller":"psp/client.go:118","msg":"psp call ok","order":"${n.toString(16)}","ms":212}`,
  logstash: (n) =>
    `{"@timestamp":"2026-03-04T10:15:07.123Z","@version":"1","message":"psp call ok order=${n.toString(16)}","logger_name":"c.e.billing.PspClient","thread_name":"main","level":"INFO","level_value":20000}`,
  logfmt: (n) => `time=2026-03-04T10:15:07.123Z level=INFO source=psp/client.go:118 msg="call ok" order=${n}`,
  access: (n) =>
    `10.0.${n % 200}.7 - - [04/Mar/2026:10:15:07 +0000] "GET /orders/${n} HTTP/1.1" 200 512 "-" "curl/8.5.0"`,
  klog: (n) => `E0304 10:15:07.123456       1 reflector.go:${n % 900}] Failed to watch *v1.Pod`,
  syslog: (n) => `Mar  4 10:15:07 web-1 sshd[${n}]: Accepted publickey for deploy from 10.0.0.7 port 51234`,
  words: (n) => `the ${n}th line without a time and without a level, in plain words, as some programs write`,
  trace: (n) =>
    n % 20 === 0
      ? '2026-03-04 10:15:07.123 ERROR [main] c.e.App - psp call failed'
      : `\tat com.example.billing.PspClient.call(PspClient.java:${n % 900})`,
};

/** Reference time for dates without a year. */
const seenFrom = Date.UTC(2026, 2, 5);
const linesAtOnce = 10_000;

const nsOf = (line: (n: number) => string): number => {
  const all = Array.from({ length: linesAtOnce }, (_, n) => line(n));
  const bytes = Buffer.from(all.map((text) => `${text}\n`).join(''));
  const ends = new Int32Array(all.length);
  for (const [index, text] of all.entries())
    ends[index] = (index > 0 ? (ends[index - 1] ?? 0) + 1 : 0) + text.length;
  const reader = createHeadReader({ now: () => seenFrom });
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    let read = 0;
    let begin = 0;
    const began = process.cpuUsage().user;
    for (; read < lines; read++) {
      const end = ends[read % linesAtOnce] ?? 0;
      if (end < begin) begin = 0;
      reader.read(bytes, begin, end);
      begin = end + 1;
    }
    best = Math.min(best, (process.cpuUsage().user - began) / read);
  }
  return best * 1000;
};

const costs = Object.entries(formats).map(([name, line]) => ({ name, ns: nsOf(line) }));
process.stdout.write(JSON.stringify(costs));
