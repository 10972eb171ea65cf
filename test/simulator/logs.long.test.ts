import { describe, expect, test } from 'vitest';
import type { Environment } from '../../src/simulator/model/environment.ts';
import { SystemModel } from '../../src/simulator/model/system-model.ts';
import { systemSpec } from '../../src/simulator/systems.ts';

const openedAt = Date.parse('2026-03-04T10:15:07Z');

interface Stage {
  readonly env: Environment;
  /** Advances time by this many seconds. */
  wait(seconds: number): void;
  strike(incident: string): void;
  /** The last lines of every container of a service or dependency. */
  lines(of: string, last?: number): readonly string[];
}

const stage = (system: string, environment = 'production'): Stage => {
  const model = new SystemModel(systemSpec(system), { startedAt: openedAt });
  let now = openedAt;
  const env = model.environmentAt(environment, now);
  const logs = (of: string) => [
    ...[...(env.parts.cluster?.lives.values() ?? [])]
      .filter(({ role, name }) => role.service === of || role.dependency === of || name.startsWith(`${of}-`))
      .flatMap(({ log, previousLog }) => [log, ...(previousLog === undefined ? [] : [previousLog])]),
    ...(env.parts.compose?.containers ?? []).filter(({ service }) => service === of).map(({ log }) => log),
  ];
  return {
    env,
    wait: (seconds) => {
      now += 1000 * seconds;
      model.environmentAt(environment, now);
    },
    strike: (incident) => model.inject(incident, environment, now),
    lines: (of, last = 400) => logs(of).flatMap((log) => log.read({ last }).map(({ text }) => text)),
  };
};

const spring =
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z +(DEBUG|INFO|WARN|ERROR) 1 --- \[[\w-]+\] \[.{15}\] (\[[\da-f]{32}-[\da-f]{16}\] )?\S+ +: /;
const slog = /^\{"time":"\d{4}-\S+Z","level":"(DEBUG|INFO|WARN|ERROR)","msg":"[^"]+","service":"[\w-]+"/;
const logfmt = /^time=\S+Z level=(DEBUG|INFO|WARN|ERROR) msg=\S+/;

describe('log format', () => {
  test.each<[string, string, RegExp]>([
    ['event-bus', 'event-bus-service', spring],
    ['event-bus', 'database', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC \[\d+\] LOG: {2}\S/],
    ['saga', 'saga-orchestrator', slog],
    ['saga', 'inventory-service', logfmt],
    ['saga', 'payment-service', spring],
    ['saga', 'postgres', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} UTC \[\d+\] LOG: {2}\S/],
    ['saga', 'kafka', /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] INFO .+ \([\w.]+\)$/],
    ['saga', 'fluentd', /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 \[info\]: #0 /],
    ['trading', 'trademaster-trading-service', spring],
    [
      'trading',
      'gateway',
      /^\d+\.\d+\.\d+\.\d+ - - \[\S+ \+0000\] "(GET|POST) \S+ HTTP\/1\.1" \d{3} \d+ .* kong_request_id: "/,
    ],
    ['trading', 'cache', /^1:M \d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d{3} \* /],
    ['trading', 'kafka', /^\[\d{4}-\d\d-\d\d /],
    ['demo', 'bus', spring],
    ['demo', 'orders', /^\{"@timestamp":"[^"]+","@version":"1","message":"/],
    ['demo', 'catalog', logfmt],
    ['demo', 'broker', /^\d{4}-\d\d-\d\d \S+\+00:00 \[(info|warning)\] <0\.\d+\.0> /],
  ])('%s: %s', (system, of, form) => {
    const it = stage(system);
    it.wait(60);
    const lines = it.lines(of, 100);
    expect(lines.length).toBeGreaterThanOrEqual(40);
    expect(lines.filter((line) => !form.test(line) && !/^(\tat |java\.lang\.)/.test(line))).toEqual([]);
  });
});

test('a log has hours of history, whose lines do not depend on how they are read', () => {
  const { env } = stage('event-bus');
  const lives = [...(env.parts.cluster?.lives.values() ?? [])];
  const log = lives.find(
    ({ role, startedAt = 0 }) => role.service !== undefined && startedAt < openedAt - 7 * 3_600_000,
  )?.log;
  const whole = log?.read({}) ?? [];
  expect(whole.length).toBeGreaterThan(10_000);
  expect(whole.every(({ at }, index) => index === 0 || at > (whole[index - 1]?.at ?? 0))).toBe(true);
  expect((whole.at(-1)?.at ?? 0) - (whole[0]?.at ?? 0)).toBeGreaterThan(5.9 * 3_600_000);
  expect(log?.read({ last: 500 })).toEqual(whole.slice(-500));
  const middle = whole[4000]?.at ?? 0;
  expect(log?.read({ since: middle })).toEqual(whole.slice(4000));
  expect(log?.read({ since: middle, last: 3 })).toEqual(whole.slice(-3));
  expect(log?.read({ last: 0 })).toEqual([]);
});

test('the same simulated time gives the same lines, however often it is read', () => {
  const once = stage('saga');
  const often = stage('saga');
  once.wait(30);
  for (let second = 0; second < 30; second += 1) often.wait(1);
  expect(often.lines('saga-orchestrator')).toEqual(once.lines('saga-orchestrator'));
});

describe('a scenario is visible in the log', () => {
  test.each<[string, string, string, number, readonly RegExp[]]>([
    [
      'event-bus',
      'wont-start',
      'event-bus-service',
      12,
      [
        /ERROR 1 --- .* Application run failed/,
        /^APPLICATION FAILED TO START$/,
        /^Caused by: java\.net\.BindException/,
      ],
    ],
    [
      'event-bus',
      'bad-credential',
      'event-bus-service',
      12,
      [/PSQLException: FATAL: password authentication failed for user "eventbus_usr"/],
    ],
    [
      'event-bus',
      'high-memory',
      'event-bus-service',
      90,
      [/ERROR .*java\.lang\.OutOfMemoryError: Java heap space/, /WARN .* heap is \d+ % full/],
    ],
    [
      'event-bus',
      'dependency-down',
      'event-bus-service',
      20,
      [
        /WARN .* Circuit breaker 'database' changed from CLOSED to OPEN/,
        /CallNotPermittedException: CircuitBreaker 'database' is OPEN/,
        /Unable to acquire JDBC Connection/,
      ],
    ],
    [
      'event-bus',
      'sla',
      'event-bus-service',
      15,
      [/WARN .* SLA VIOLATION: (GET|POST) \S+ took \d+ ms, limit 200 ms/],
    ],
    ['event-bus', 'database-blocked', 'database', 30, [/LOG: {2}process \d+ still waiting for ShareLock/]],
    [
      'trading',
      'high-error-rate',
      'trademaster-trading-service',
      15,
      [
        /ERROR 1 --- \S+ .*\[[\da-f]{32}-[\da-f]{16}\] .* POST \/api\/v1\/orders 500 \d+ ms: NullPointerException/,
        /^\tat com\.trademaster\./,
      ],
    ],
    [
      'trading',
      'high-latency',
      'trademaster-trading-service',
      15,
      [/ERROR .*Unable to acquire JDBC Connection/],
    ],
    [
      'saga',
      'pool-exhaustion',
      'postgres',
      20,
      [/FATAL: {2}sorry, too many clients already/, /FATAL: {2}remaining connection slots are reserved/],
    ],
    [
      'saga',
      'pool-exhaustion',
      'saga-orchestrator',
      20,
      [/"error":"[^"]*too many clients already"/, /"error":"context deadline exceeded"/],
    ],
    ['saga', 'memory-leak', 'saga-orchestrator', 60, [/"msg":"heap near its limit, out of memory soon"/]],
  ])('%s, %s: %s', (system, incident, of, seconds, patterns) => {
    const it = stage(system);
    const isThere = (pattern: RegExp) => it.lines(of).some((line) => pattern.test(line));
    expect(patterns.filter(isThere)).toEqual([]);
    it.strike(incident);
    it.wait(seconds);
    expect(patterns.filter((pattern) => !isThere(pattern))).toEqual([]);
  });

  test('of a service left at DEBUG: two hundred lines per second, until its log level is reset', () => {
    const it = stage('demo');
    it.strike('log-storm');
    it.wait(10);
    expect(
      it.lines('catalog', 3000).filter((line) => line.includes('level=DEBUG msg=query')).length,
    ).toBeGreaterThan(3900);
    expect(it.env.incident).toBe('log-storm');
    for (const { loggers } of it.env.instancesOf('catalog')) loggers.set('app.catalog', 'INFO');
    it.wait(1);
    expect(it.env.incident).toBeUndefined();
  });

  test('of a panic: with its backtrace in the journal', () => {
    const it = stage('eventmesh');
    it.strike('crashed');
    const [machine] = it.env.parts.hosts?.machines ?? [];
    const journalLines = machine?.journal.lines.map(({ text }) => text) ?? [];
    expect(
      journalLines.some((text) => text.startsWith("thread 'tokio-runtime-worker' panicked at crates/")),
    ).toBe(true);
    expect(journalLines.filter((text) => /^ {3}\d: /.test(text)).length).toBeGreaterThan(3);
    expect(machine?.log.lines.at(-1)?.text).toMatch(/^ERROR riptide_api: panicked at /);
    const files = machine?.log.files.toReversed() ?? [];
    const times = files.flatMap(({ lines }) => lines.map(({ at }) => at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.length).toBeGreaterThan(2400);
  });
});

test('a healthy system logs no errors and no attacks', () => {
  const it = stage('event-bus');
  it.wait(60);
  const lines = it.lines('event-bus-service', 3000);
  const perMinute = (pattern: RegExp): number =>
    lines.filter((line) => pattern.test(line)).length / (lines.length / 50);
  expect(perMinute(/(WARN.*Security|Authentication failed|Unauthorized)/)).toBeLessThan(2);
  expect(perMinute(/ ERROR /)).toBeLessThan(1);
});
