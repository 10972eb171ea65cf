import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import type { Fault } from '../../src/domain/base/fault.ts';
import type { AnyFact, FactKind, Sample } from '../../src/domain/facts/facts.ts';
import type { FeedInfo } from '../../src/domain/facts/reading.ts';
import type { SignalSpec } from '../../src/domain/profile/profile.ts';
import { checkExitCode, checkReport, completeKinds } from '../../src/engine/check.ts';
import { checkLines, checkText } from '../../src/engine/check-text.ts';
import type { Lag } from '../../src/kinds/lag/fact.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { longTest } from '../support/layer.ts';
import { fault, profileOf } from './toys.ts';

const time = Date.parse('2026-03-04T10:15:07Z');
const stamp = { source: 'bus', at: time };
const profile = profileOf([]);

const feed = (kind: FactKind | 'samples', signals: readonly string[] = []): FeedInfo => ({
  id: `bus/${kind}`,
  source: 'bus',
  name: kind,
  kind,
  signals,
  everyMs: 5000,
  staleMs: 15_000,
  timeoutMs: 3000,
});

const signal = (id: string, title: string, unit: string, warn: number): SignalSpec => ({
  id,
  title,
  source: 'bus',
  read: {},
  unit,
  threshold: { warn: { op: '>=', value: warn } },
  covers: [],
  position: { file: 'p.yaml', line: 1, col: 1 },
});

interface Seen {
  readonly kind: FactKind | 'samples';
  readonly items: readonly (AnyFact | Sample)[];
  readonly faults?: readonly Fault[];
}

const snapshotWith = (seen: readonly Seen[], signals: readonly SignalSpec[] = []) => {
  const facts = createFactsStore({
    system: 'toys',
    env: 'test',
    limits: {},
    signals,
    memory: false,
    sources: seen.length === 0 ? {} : { bus: { type: 'toy' } },
  });
  const ids = signals.map((signalSpec) => signalSpec.id);
  facts.apply(
    [{ is: 'opened', feeds: seen.map(({ kind }) => feed(kind, kind === 'samples' ? ids : [])) }],
    time,
  );
  facts.apply(
    seen.map(({ kind, items, faults = [] }) => ({
      is: 'learned',
      feed: `bus/${kind}`,
      reading: { items, faults },
      began: time,
      at: time,
    })),
    time,
  );
  return buildSnapshot(facts.getState(), time);
};

const health = (service: string, more: object) => ({
  ...stamp,
  env: 'test',
  service,
  instance: '',
  status: 'up' as const,
  detail: '',
  components: [],
  ...more,
});

const everything = snapshotWith(
  [
    {
      kind: 'samples',
      items: [
        { ...stamp, signal: 'error.rate', value: 6.43, labels: {} },
        { ...stamp, signal: 'queue.age', labels: { queue: 'mail' }, why: 'the metric has no samples' },
      ],
    },
    {
      kind: 'health',
      items: [
        health('gateway', { latencyMs: 9.2, httpStatus: 200 }),
        health('orders', { latencyMs: 61, httpStatus: 200 }),
        health('billing', {
          status: 'down',
          latencyMs: 4812,
          httpStatus: 503,
          detail: 'readiness is DOWN',
          components: [
            { name: 'psp', status: 'DOWN' },
            { name: 'db', status: 'UP' },
          ],
        }),
        health('注文', { status: 'degraded', detail: 'answers slowly' }),
      ],
      faults: [
        fault('denied', {
          source: 'bus',
          message: 'GET http://bus-0:8081/actuator/circuitbreakerevents: 401 Unauthorized',
          remedy: "check auth: of this source, and the user's permissions",
          at: time,
        }),
      ],
    },
    {
      kind: 'breakers',
      items: [
        {
          ...stamp,
          service: 'bus',
          instance: 'bus-0',
          name: 'broker',
          state: 'open',
          failureRate: 82,
          bufferedCalls: 100,
          failedCalls: 82,
          notPermittedCalls: 1204,
        },
        {
          ...stamp,
          service: 'bus',
          instance: 'bus-1',
          name: 'broker',
          state: 'closed',
          slowCallRate: Number.NaN,
        },
      ],
    },
    {
      kind: 'lag',
      items: [
        {
          ...stamp,
          cluster: 'main',
          group: 'billing',
          topic: 'events',
          partition: 3,
          committed: 9_007_199_254_740_993n,
          end: 9_007_199_254_740_999n,
          lag: 6,
          rate: Number.POSITIVE_INFINITY,
          motion: 'steady',
        },
      ],
    },
    {
      kind: 'pools',
      items: [
        {
          ...stamp,
          service: 'bus',
          instance: 'bus-0',
          name: 'main',
          kind: 'hikari',
          active: 20,
          idle: 0,
          max: 20,
          pending: 37,
        },
      ],
    },
  ],
  [signal('error.rate', 'Error rate', '%', 5), signal('queue.age', 'Oldest mail', 's', 60)],
);

test('reports blocking sessions, records lost to retention, and unknown commits', () => {
  const session = (pid: number, blockedBy: readonly number[]): AnyFact => ({
    ...stamp,
    database: 'shop',
    pid,
    user: 'app',
    state: 'active',
    waiting: 'Lock: tuple',
    blockedBy,
    query: 'UPDATE stock',
  });
  const lag = (partition: number, more: Partial<Lag>): AnyFact => ({
    ...stamp,
    cluster: 'main',
    group: 'billing',
    topic: 'orders',
    partition,
    motion: 'unknown',
    ...more,
  });
  const seen = snapshotWith([
    { kind: 'sessions', items: [session(7, [0]), session(8, [12])] },
    {
      kind: 'lag',
      items: [
        lag(0, { committed: 2n, end: 9n, lag: 7, lost: 4, motion: 'steady' }),
        lag(1, { end: 9n }),
        lag(2, {}),
      ],
    },
  ]);
  const lines = checkLines(checkReport(seen, profile, 0)).map(({ level, name, detail }) => [
    level,
    name,
    detail,
  ]);
  expect(lines).toEqual([
    ['warn', 'billing · orders · p0', '7 behind, lost to retention: 4'],
    ['warn', 'shop · 7', 'app, Lock: tuple, blocked by a prepared transaction, UPDATE stock'],
    ['warn', 'shop · 8', 'app, Lock: tuple, waits for 12, UPDATE stock'],
    ['unknown', 'billing · orders · p1', 'nothing committed'],
    ['unknown', 'billing · orders · p2', 'committed offset unknown'],
  ]);
});

test('the report contains every list; an unknown number is null', () => {
  const report = checkReport(everything, profile, 0);
  expect(Object.keys(report)).toEqual([
    ...['opsdeck', 'system', 'env', 'at', 'level', 'signals', 'health', 'breakers', 'lag', 'pools'],
    ...['workloads', 'nodes', 'alerts', 'sessions', 'queues', 'oncalls', 'ci', 'dashboards', 'faults'],
  ]);
  expect(report).toMatchObject({
    opsdeck: 1,
    system: 'toys',
    env: 'test',
    at: '2026-03-04T10:15:07.000Z',
    level: 'crit',
    sessions: [],
  });
  expect(report.breakers[1]).toEqual({
    service: 'bus',
    instance: 'bus-1',
    name: 'broker',
    state: 'closed',
    level: 'ok',
    failureRate: null,
    slowCallRate: null,
    bufferedCalls: null,
    failedCalls: null,
    notPermittedCalls: null,
    source: 'bus',
    at: '2026-03-04T10:15:07.000Z',
  });
  expect(report.pools[0]).toMatchObject({ util: 1, level: 'crit', pending: 37 });
});

test('offsets keep all digits, and infinities are null', () => {
  const [row] = checkReport(everything, profile, 0).lag;
  expect(row).toMatchObject({ committed: '9007199254740993', end: '9007199254740999', lag: 6, rate: null });
  expect(row?.etaSeconds).toBeNull();
});

test('enum values are lower case in JSON', () => {
  const billing = checkReport(everything, profile, 0).health.find((row) => row.service === 'billing');
  expect(billing?.components).toEqual([
    { name: 'psp', status: 'down' },
    { name: 'db', status: 'up' },
  ]);
});

test('a signal without a value has a reason', () => {
  const [rate, age] = checkReport(everything, profile, 0).signals;
  expect(rate).toMatchObject({ id: 'error.rate', value: 6.43, unit: '%', level: 'warn', fault: null });
  expect(age).toMatchObject({
    id: 'queue.age',
    value: null,
    level: 'unknown',
    labels: { queue: 'mail' },
    fault: { source: 'bus', message: 'the metric has no samples' },
  });
});

test('every row of every list has its source and read time', () => {
  const { opsdeck, system, env, at: moment, level, ...lists } = checkReport(everything, profile, 0);
  expect([opsdeck, system, env, moment, level]).not.toContain(undefined);
  for (const row of Object.values(lists).flat())
    expect(row).toMatchObject({ source: 'bus', at: '2026-03-04T10:15:07.000Z' });
});

test('times use the wall clock, also after it has been set', () => {
  const report = checkReport(everything, profile, 3_600_000);
  expect(report.at).toBe('2026-03-04T11:15:07.000Z');
  expect(report.health[0]?.at).toBe('2026-03-04T11:15:07.000Z');
});

test('the report survives JSON unchanged', () => {
  const report = checkReport(everything, profile, 0);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
});

test('exit code for each overall level', () => {
  expect((['ok', 'warn', 'crit', 'unknown'] as const).map(checkExitCode)).toEqual([0, 1, 2, 3]);
});

longTest('text lists problems, then a count per kind, then failed reads', async () => {
  await expect(
    `${checkText(checkReport(everything, profile, 0), { columns: 100, color: false })}\n`,
  ).toMatchFileSnapshot('check-100.txt');
});

test('no line is longer than the terminal is wide', async () => {
  const text = checkText(checkReport(everything, profile, 0), { columns: 60, color: false });
  expect(Math.max(...text.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(60);
  await expect(`${text}\n`).toMatchFileSnapshot('check-60.txt');
});

test('--all lists healthy rows, one line each, truncated to the terminal width', async () => {
  const text = checkText(checkReport(everything, profile, 0), { columns: 60, color: false, all: true });
  expect(Math.max(...text.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(60);
  await expect(`${text}\n`).toMatchFileSnapshot('check-all-60.txt');
});

test('a long name is truncated in the middle, so that the line fits and the value stays visible', () => {
  const report = checkReport(everything, profile, 0);
  const name = `${'very '.repeat(20)}long title on bus-service-6d987dff79-hk285`;
  const signals = report.signals.map((row) => ({ ...row, title: name, fault: null }));
  const ok = signals.map((row) => ({ ...row, level: 'ok' as const }));
  const text = checkText(
    { ...report, signals: [...signals, ...ok] },
    { columns: 80, color: false, all: true },
  );
  const lines = text.split('\n').filter((line) => line.includes('signals'));
  expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(80);
  expect(lines.filter((line) => /…7dff79-hk285\s+6\.43 %$/.test(line))).toHaveLength(2);
});

test('colored text differs from plain text by color codes only', () => {
  const report = checkReport(everything, profile, 0);
  const colored = checkText(report, { columns: 100, color: true });
  expect(colored).toContain('\x1b[91;1m✗ CRIT\x1b[0m');
  // biome-ignore lint/complexity/useRegexLiterals: a literal would hide the escape.
  expect(colored.replaceAll(new RegExp('\x1b\\[[\\d;]*m', 'g'), '')).toBe(
    checkText(report, { columns: 100, color: false }),
  );
});

test('a profile without sources has no data', () => {
  const text = checkText(checkReport(snapshotWith([]), profile, 0), { columns: 80, color: false });
  expect(text.split('\n')).toEqual([
    '? UNKNOWN  toys test   2026-03-04 10:15:07 UTC',
    '',
    'there is no data, because no source of this profile has anything to check. Add checks or signals',
  ]);
});

test('a report without rows names the kinds that were read, and says when none could be', () => {
  const textOf = (snapshot: ReturnType<typeof snapshotWith>) =>
    checkText(checkReport(snapshot, profile, 0), {
      columns: 80,
      color: false,
      read: completeKinds(snapshot),
    }).split('\n');
  expect(textOf(snapshotWith([{ kind: 'alerts', items: [] }])).slice(2)).toEqual(['● OK       0 alerts']);
  const faults = [fault('malformed', { source: 'bus', message: 'no list alerts' })];
  expect(textOf(snapshotWith([{ kind: 'alerts', items: [], faults }]))[2]).toBe(
    'there is no data, because every read failed',
  );
});

longTest('130,000 rows are listed in linear time and without a stack overflow', () => {
  const sample: Sample = { ...stamp, signal: 'up', labels: {}, value: 1 };
  const up = signal('up', 'Targets up', '', 2);
  const report = checkReport(snapshotWith([{ kind: 'samples', items: [sample] }], [up]), profile, time);
  const signals = Array.from({ length: 130_000 }, (_, index) =>
    report.signals.map((row) => ({ ...row, labels: { job: 'api', pod: `pod-${index}` } })),
  ).flat();
  const text = checkText({ ...report, signals }, { columns: 80, color: false, all: true });
  expect(text).toMatch(/Targets up · pod-129999 +1$/m);
  expect(text).not.toContain('· api');
});
