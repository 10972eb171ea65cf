import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type LogLevel, levelCode, levelOfCode, logLevels } from '../../../src/domain/facts/log-level.ts';
import { createHeadReader, type HeadOptions } from '../../../src/logs/format/head-reader.ts';
import { parseLine } from '../../../src/logs/format/parse-line.ts';
import { codePoint } from '../../support/code-points.ts';
import { everyNth, rounds, sampled } from '../../support/layer.ts';
import { corpusLines, corpusNames } from './corpus.ts';

const now = (): number => Date.UTC(2026, 5, 1);

interface HeadFields {
  readonly at: string | undefined;
  readonly level: LogLevel | undefined;
  readonly isContinuation: boolean;
}

const read = (lines: readonly string[], options: HeadOptions = { now }): readonly HeadFields[] => {
  const reader = createHeadReader(options);
  return lines.map((line) => {
    const bytes = Buffer.from(`  ${line}\n`);
    const { at, level, isContinuation } = reader.read(bytes, 2, bytes.length - 1);
    return {
      at: Number.isNaN(at) ? undefined : new Date(at).toISOString(),
      level: levelOfCode(level),
      isContinuation,
    };
  });
};

const monthNames = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

interface Moment {
  readonly y: string;
  readonly mo: string;
  readonly d: string;
  readonly name: string;
  readonly time: string;
  readonly ms: string;
}

const partsOf = (time: number): Moment => {
  const [y = '', mo = '', d = '', h, mi, s, ms = ''] = new Date(time).toISOString().split(/\D/);
  return { y, mo, d, name: monthNames[Number(mo) - 1] ?? '', time: `${h}:${mi}:${s}`, ms };
};

type Write = (m: Moment, word: string, text: string) => string;

/** The line that a program writes at a UTC time with one of its levels. `exact`: the precision of its time. */
interface Writer {
  readonly write: Write;
  readonly exact?: 'second';
  readonly words: Readonly<Partial<Record<LogLevel, string>>>;
}

const slf4j = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', warn: 'WARN', error: 'ERROR' };
const small = { debug: 'debug', info: 'info', warn: 'warn', error: 'error', fatal: 'fatal' };

const writers: Readonly<Record<string, Writer>> = {
  spring: {
    write: (m, w, t) =>
      `${m.y}-${m.mo}-${m.d}T${m.time}.${m.ms}Z ${w.padStart(5)} 1 --- [   main] c.e.App  : ${t}`,
    words: slf4j,
  },
  logback: {
    write: (m, w, t) => `${m.y}-${m.mo}-${m.d} ${m.time},${m.ms} [main] ${w.padEnd(5)} c.e.App - ${t}`,
    words: slf4j,
  },
  kafka: {
    write: (m, w, t) => `[${m.y}-${m.mo}-${m.d} ${m.time},${m.ms}] ${w} ${t} (kafka.server.KafkaServer)`,
    words: slf4j,
  },
  tracing: {
    write: (m, w, t) => `${m.y}-${m.mo}-${m.d}T${m.time}.${m.ms}789Z ${w.padStart(5)} api::bus: ${t}`,
    words: slf4j,
  },
  zoned: {
    write: (m, w, t) => `${m.y}-${m.mo}-${m.d}T${m.time}.${m.ms}000000+00:00 [${w}] ${t}`,
    words: small,
  },
  klog: {
    write: (m, w, t) => `${w}${m.mo}${m.d} ${m.time}.${m.ms}456       1 main.go:42] ${t}`,
    words: { info: 'I', warn: 'W', error: 'E', fatal: 'F' },
  },
  go: {
    write: (m, w, t) => `${m.y}/${m.mo}/${m.d} ${m.time}.${m.ms}000 main.go:42: ${w}: ${t}`,
    words: { ...slf4j, fatal: 'FATAL' },
  },
  nginx: {
    write: (m, w, t) => `${m.y}/${m.mo}/${m.d} ${m.time} [${w}] 7#7: *1 ${t}`,
    exact: 'second',
    words: { ...small, fatal: 'emerg', info: 'notice' },
  },
  access: {
    write: (m, w, t) =>
      `10.0.0.7 - - [${m.d}/${m.name}/${m.y}:${m.time} +0000] "GET /${encodeURI(t)} HTTP/1.1" ${w} 512 "-" "curl"`,
    exact: 'second',
    words: { info: '200', warn: '404', error: '503' },
  },
  syslog: {
    write: (m, w, t) => `<${w}>${m.name} ${m.d.replace(/^0/, ' ')} ${m.time} web-1 app[7]: ${t}`,
    exact: 'second',
    words: { debug: '15', info: '14', warn: '12', error: '11', fatal: '8' },
  },
  postgres: {
    write: (m, w, t) => `${m.y}-${m.mo}-${m.d} ${m.time}.${m.ms} UTC [123] ${w}:  ${t}`,
    words: { debug: 'DEBUG1', info: 'LOG', warn: 'WARNING', error: 'ERROR', fatal: 'PANIC' },
  },
  redis: {
    write: (m, w, t) => `1:M ${m.d} ${m.name} ${m.y} ${m.time}.${m.ms} ${w} ${t}`,
    words: { debug: '-', info: '*', warn: '#' },
  },
  python: {
    write: (m, w, t) => `${m.y}-${m.mo}-${m.d} ${m.time},${m.ms} - app.db - ${w} - ${t}`,
    words: { debug: 'DEBUG', warn: 'WARNING', fatal: 'CRITICAL' },
  },
  json: {
    write: (m, w, t) => JSON.stringify({ msg: t, level: w, ts: `${m.y}-${m.mo}-${m.d}T${m.time}.${m.ms}Z` }),
    words: small,
  },
  pino: {
    write: (m, w, t) =>
      JSON.stringify({
        level: Number(w),
        time: Date.parse(`${m.y}-${m.mo}-${m.d}T${m.time}.${m.ms}Z`),
        msg: t,
      }),
    words: { trace: '10', debug: '20', info: '30', warn: '40', error: '50', fatal: '60' },
  },
  mongo: {
    write: (m, w, t) =>
      JSON.stringify({ t: { $date: `${m.y}-${m.mo}-${m.d}T${m.time}.${m.ms}+00:00` }, s: w, c: 'X', msg: t }),
    words: { debug: 'D2', info: 'I', warn: 'W', error: 'E', fatal: 'F' },
  },
  zap: {
    write: (m, w, t) =>
      `{"level":"${w}","ts":${Date.parse(`${m.y}-${m.mo}-${m.d}T${m.time}Z`) / 1000}.${m.ms},"msg":${JSON.stringify(t)}}`,
    words: small,
  },
  logfmt: {
    write: (m, w, t) => `time=${m.y}-${m.mo}-${m.d}T${m.time}.${m.ms}Z level=${w} msg=${JSON.stringify(t)}`,
    words: small,
  },
};

const message = fc.oneof(
  fc.constantFrom('psp call ok', 'ERROR in the message', 'level=fatal', 'order=9f21 WARN', '注文 5521'),
  fc.string({ maxLength: 60 }).map((text) => text.replaceAll(/[\r\n]/g, ' ')),
);

const line = fc
  .tuple(
    fc.constantFrom(...Object.keys(writers)),
    fc.integer({ min: Date.UTC(2025, 6, 1), max: Date.UTC(2026, 4, 31) }),
    fc.constantFrom(...logLevels),
    message,
  )
  .chain(([name, position, level, text]) => {
    const writer = writers[name];
    const word = writer?.words[level];
    if (writer === undefined || word === undefined) return fc.constant(undefined);
    const writtenAt = writer.exact === 'second' ? Math.floor(position / 1000) * 1000 : position;
    return fc.constant({ name, at: writtenAt, level, text: writer.write(partsOf(position), word, text) });
  })
  .filter((entry) => entry !== undefined);

test('head and parse read the same time and level from lines of all formats, whatever came before in the stream', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
      const reader = createHeadReader({ now });
      for (const { at, level, text } of lines) {
        const bytes = Buffer.from(text);
        expect({ text, ...reader.read(bytes, 0, bytes.length) }).toEqual({
          text,
          at,
          level: levelCode(level),
          ownLevel: levelCode(level),
          isContinuation: false,
        });
        const parsed = parseLine(text, { now });
        expect({ text, at: parsed.at, level: parsed.level }).toEqual({ text, at, level });
      }
    }),
    { numRuns: rounds(300) },
  );
});

const known = corpusNames.flatMap(corpusLines);
const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ unit: codePoint, maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.json().map((text) => Buffer.from(text)),
  fc.integer({ min: 1, max: 4000 }).map((deep) => Buffer.from('{"time":'.repeat(deep))),
  fc.integer({ min: 1, max: 4000 }).map((deep) => Buffer.from(`{"a":${'['.repeat(deep)}`)),
  fc.bigInt().map((value) => Buffer.from(`{"time":${value},"level":${value}}`)),
  fc.double().map((value) => Buffer.from(`ts=${value} level=${value} {"ts":${value}}`)),
  // A known line with a part removed, doubled or overwritten.
  fc
    .tuple(fc.constantFrom(...known), fc.nat(300), fc.nat(300), fc.uint8Array({ maxLength: 8 }))
    .map(([text, a, b, put]) => {
      const bytes = Buffer.from(text);
      return Buffer.concat([bytes.subarray(0, a), put, bytes.subarray(b)]);
    }),
);

test('arbitrary bytes never throw, and never yield a time outside 1970 to 2200', () => {
  fc.assert(
    fc.property(
      fc.array(hostile, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('utc', 'local'),
      (lines, zone) => {
        const reader = createHeadReader({ now, zone });
        for (const bytes of lines) {
          const text = bytes.toString();
          const { at, level } = reader.read(Buffer.from(text), 0, Buffer.byteLength(text));
          reader.read(bytes, 0, bytes.length);
          const parsed = parseLine(text, { now, zone });
          expect(parsed.at ?? Number.NaN).toBe(at);
          if (!Number.isNaN(at)) expect(at >= 0 && at < Date.UTC(2200, 0, 1)).toBe(true);
          expect(level >= 0 && level <= 6).toBe(true);
          expect(typeof parsed.message).toBe('string');
        }
      },
    ),
    { numRuns: rounds(1000) },
  );
});

/** Text that would change the meaning of the text before it. */
const behind = fc.constantFrom(
  ...[
    '9:59:59.999Z FATAL "x" 500 12345',
    ':  x',
    ': x',
    '=error level=error',
    '] x',
    '" 503 x',
    'OR: x',
    'Z',
    '+01:00',
    ' UTC',
  ],
  ...[
    '5',
    '| 2026-03-04 10:15:07',
    '>1 x',
    ',',
    '}',
    '[error]',
    '\\',
    '\nat x',
    'Error: x',
    '"level":"error"}',
  ],
);

/** Cut after the quote that opens the value of its level. */
const mongoFatal = '{"t":{"$date":"2025-07-01T00:00:00.000+00:00"},"s":"F","c":"X","msg":""}';

test('reads nothing past the end of a line', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        line.map(({ text }) => text),
        fc.constantFrom(...known),
      ),
      fc.nat(120),
      behind,
      (text, length, next) => {
        const short = Buffer.from(text).subarray(0, length);
        const inMore = Buffer.concat([short, Buffer.from(next)]);
        const alone = createHeadReader({ now }).read(Buffer.from(short), 0, short.length);
        expect(createHeadReader({ now }).read(inMore, 0, short.length)).toEqual(alone);
      },
    ),
    { numRuns: rounds(5000), examples: [[mongoFatal, 52, 'Error: x']] },
  );
});

describe('times without a year or a zone', () => {
  test('a day without a year is the latest such day before now', () => {
    const january = (): number => Date.UTC(2026, 0, 3);
    const lines = [
      'Dec 31 23:59:59 web-1 app: x',
      'Jan  3 10:00:00 web-1 app: x',
      'Feb 29 10:00:00 web-1 app: x',
    ];
    expect(read(lines, { now: january }).map(({ at }) => at?.slice(0, 10))).toEqual([
      '2025-12-31',
      '2026-01-03',
      '2024-02-29',
    ]);
  });

  test('without a current time a day without a year has no time, but the line still has one', () => {
    expect(read(['Mar  4 10:15:07 web-1 app: x', 'E0304 10:15:07.123456 1 a.go:1] x'], {})).toEqual([
      { at: undefined, level: undefined, isContinuation: false },
      { at: undefined, level: 'error', isContinuation: false },
    ]);
  });

  test.each([
    ['Europe/Berlin', '2026-01-15 12:00:00', '2026-01-15T11:00:00Z'],
    ['Europe/Berlin', '2026-07-15 12:00:00', '2026-07-15T10:00:00Z'],
    // Clocks were set forward at 02:00, and back at 03:00.
    ['Europe/Berlin', '2026-03-29 03:00:00', '2026-03-29T01:00:00Z'],
    ['Europe/Berlin', '2026-10-25 01:59:59', '2026-10-24T23:59:59Z'],
    ['Europe/Berlin', '2026-10-25 03:00:00', '2026-10-25T02:00:00Z'],
    ['Europe/Berlin', '2026-01-15 12:00:00,123', '2026-01-15T11:00:00.123Z'],
    ['Asia/Kolkata', '2026-03-04 00:10:00', '2026-03-03T18:40:00Z'],
    ['+02:00', '2026-03-04 01:00:00', '2026-03-03T23:00:00Z'],
    ['America/New_York', '2026-03-04 10:00:00Z', '2026-03-04T10:00:00Z'],
  ])('in %s %s is %s', (zone, stamp, time) => {
    expect(read([`${stamp} INFO x`], { timeZone: zone }).map(({ at }) => at)).toEqual([
      new Date(time).toISOString(),
    ]);
  });

  test('uses the time zone of the machine where the profile sets it', () => {
    const stamp = '2026-03-04 10:15:07.123';
    expect(read([`${stamp} INFO x`, `${stamp}Z INFO x`], { zone: 'local' }).map(({ at }) => at)).toEqual([
      new Date(2026, 2, 4, 10, 15, 7, 123).toISOString(),
      '2026-03-04T10:15:07.123Z',
    ]);
  });

  test.each([
    ['2026-03-04T10:15:07+01:00', '09:15:07.000'],
    ['2026-03-04 10:15:07.5 -0530', '15:45:07.500'],
    ['2026-03-04 10:15:07.123456789+02', '08:15:07.123'],
    ['2026-03-04 10:15:07,123 CET', '09:15:07.123'],
    ['2026-03-04 10:15:07 -12 degrees', '10:15:07.000'],
    ['2026-03-04 10:15:60Z', '10:16:00.000'],
  ])('%s', (text, time) => {
    expect(read([text])[0]?.at).toBe(`2026-03-04T${time}Z`);
  });

  test.each([
    '2026-02-29 10:15:07',
    '2026-03-04 24:15:07',
    '2026-03-04 10:60:07',
    '2200-01-01 00:00:00',
    '2026-03/04 10:15:07',
    '12026-03-04 10:15:07',
    '2026-03-04 10:15:071',
  ])('%s is not a time', (text) => expect(read([text])[0]?.at).toBeUndefined());
});

describe('levels', () => {
  test('the patterns of the profile apply to lines that name no level', () => {
    const levels = { error: 'exit code [1-9]', warn: 'exit' };
    const lines = ['exit code 3', 'exit code 0', '2026-03-04 10:15:07 INFO exit code 3', 'all is well'];
    expect(read(lines, { levels }).map(({ level }) => level)).toEqual(['error', 'warn', 'info', undefined]);
    expect(() => createHeadReader({ levels: { error: '(' } })).toThrow(SyntaxError);
  });

  test.each<[string, LogLevel | undefined]>([
    ['2026-03-04 10:15:07 [main] INFO the queue of ERROR events', 'info'],
    ['one two three four five six seven eight nine ten ERROR', undefined],
    ['one two three ERROR', 'error'],
    ['one two error three', undefined],
    ['cannot read config: error: no such file', 'error'],
    ['{"msg":"ERROR"}', undefined],
    ['msg="ERROR" ts=2026-03-04T10:15:07Z', undefined],
    ['10.0.0.7 - - [04/Mar/2026:10:15:07 +0000] "-" 408 0', 'warn'],
    ['Alert rules were loaded', undefined],
    ['ERROR_COUNT is 3', undefined],
    ['2026-03-04 10:15:07 error::of a path', undefined],
  ])('%s', (text, level) => {
    expect(read([text])[0]?.level).toBe(level);
  });
});

test.each(sampled(['{"time":', '{"level":', '{"log":', '{"ts":{"name":'], everyNth(4)))(
  'a line of objects in objects costs as much as any other: %s',
  { meta: { cpuLimitMs: 5_000 } },
  (opening) => {
    const bytes = Buffer.from(opening.repeat(16_000 / opening.length));
    const reader = createHeadReader({ now });
    for (let time = 0; time < 1000; time++) expect(reader.read(bytes, 0, bytes.length).at).toBeNaN();
  },
);
