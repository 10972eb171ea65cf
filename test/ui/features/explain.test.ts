import { expect, test } from 'vitest';
import type { AnyFact, FactKind } from '../../../src/domain/facts/facts.ts';
import type { Limits } from '../../../src/domain/facts/level.ts';
import type { SignalRow } from '../../../src/domain/facts/snapshot.ts';
import type { SignalSpec } from '../../../src/domain/profile/profile.ts';
import { parseCalc } from '../../../src/expressions/calc/parse.ts';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import { explainFact } from '../../../src/ui/features/help/explain/explain-fact.ts';
import { explainSignal } from '../../../src/ui/features/help/explain/explain-signal.ts';
import type { ExplainContext, Explanation } from '../../../src/ui/features/help/explain/explanation.ts';
import type { RowSubject } from '../../../src/ui/shell/contract/pane-row.ts';
import { environmentView } from '../../../src/ui/shell/contract/render-context.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  learnNext,
  noon,
  pool,
  sample,
  spec,
} from '../../support/made-facts.ts';

const at = (line: number) => ({ file: '/srv/profiles/shop/production.yaml', line, col: 9 });

const contextOf = (store: FactsStore, now = noon): ExplainContext => ({
  now,
  env: 'demo/production',
  of: environmentView(store.getState(), now),
  askKey: 'r',
});

const detail = (explanation: Explanation | undefined, label: string): string | undefined =>
  explanation?.details.find(([name]) => name === label)?.[1];

/** One fact of one source, read now and explained `later` ms after. */
const explainOne = (
  kind: FactKind,
  fact: AnyFact,
  more: {
    readonly limits?: Limits;
    readonly limitPositions?: Readonly<Record<string, ReturnType<typeof at>>>;
    readonly later?: number;
  } = {},
): Explanation | undefined => {
  const { limits = {}, limitPositions = {}, later = 0 } = more;
  const store = createFactsStore(frame({ limits, limitPositions }));
  learn(store, feedInfo(`bus/${kind}`, kind), { items: [fact] });
  return explainFact(contextOf(store, noon + later), { kind, fact } as Exclude<
    RowSubject,
    { kind: 'signal' }
  >);
};

const stamp = { source: 'bus', at: noon };
const workload = {
  ...stamp,
  kind: 'pod',
  namespace: 'shop',
  name: 'api-0',
  owner: 'deployment api',
  node: 'n1',
  status: 'Running',
} as const;
const session = {
  ...stamp,
  database: 'billing',
  pid: 7,
  user: 'app',
  state: 'active',
  waiting: '',
  blockedBy: [],
  query: 'SELECT 1',
};
const node = { ...stamp, name: 'n1', status: 'Ready', problems: [], isCordoned: false, roles: [] };
const alert = {
  ...stamp,
  name: 'LagHigh',
  severity: 'critical',
  state: 'firing',
  labels: {},
  summary: '',
} as const;

test.each([
  [
    'breakers',
    breaker('psp', { state: 'open' }),
    /^CRIT because open for ≥0s: the breaker rejects calls .*; built in, override with limits\.breakers\.open$/,
  ],
  [
    'breakers',
    breaker('psp'),
    /^OK because closed for ≥0s: the breaker is closed and lets calls through, as intended. No rule raises the level$/,
  ],
  ['health', health('api', { status: 'down' }), /^CRIT because down for ≥0s: the check failed/],
  [
    'health',
    health('api', { latencyMs: 1900 }),
    /^OK because up for ≥0s: the check passed. No rule raises the level$/,
  ],
  [
    'lag',
    lag('g', { lag: 50, motion: 'stalled' }),
    /^WARN because stalled for ≥0s: the group has lag and members, but has stopped committing offsets/,
  ],
  [
    'lag',
    lag('g', { lag: 50, motion: 'falling-behind' }),
    /^WARN because falling behind for ≥0s: the group commits offsets, .*override with limits\.lag\.falling-behind$/,
  ],
  [
    'lag',
    lag('g', { motion: 'unknown' }),
    /^UNKNOWN because unknown for ≥0s: the group has committed no offset, or/,
  ],
  [
    'pools',
    pool('hikari', { active: 20, max: 20, pending: 3 }),
    /^CRIT because exhausted for ≥0s: every connection is in use/,
  ],
  [
    'workloads',
    { ...workload, status: 'OOMKilled' },
    /^CRIT because OOMKilled for ≥0s: the kernel killed the container/,
  ],
  [
    'workloads',
    { ...workload, ready: 0, wanted: 2 },
    /^CRIT because none ready for ≥0s: no replica or container of the workload is ready/,
  ],
  [
    'nodes',
    { ...node, status: 'NotReady' },
    /^CRIT because NotReady for ≥0s: the kubelet of the node has stopped reporting/,
  ],
  [
    'nodes',
    { ...node, isCordoned: true },
    /^OK because cordoned for ≥0s: no new pods are scheduled on this node/,
  ],
  [
    'sessions',
    { ...session, blockedBy: [12] },
    /^WARN because blocked for ≥0s: the session waits for a lock/,
  ],
  [
    'sessions',
    { ...session, state: '' },
    /^UNKNOWN because unknown for ≥0s: the role that opsdeck uses may not see the session. Grant pg_monitor to that role/,
  ],
  ['alerts', alert, /^CRIT because critical for ≥0s: the alert fires with the severity critical/],
  [
    'alerts',
    { ...alert, state: 'silenced' },
    /^OK because silenced for ≥0s: a silence mutes the notifications of the alert. No rule raises the level$/,
  ],
] as const)('%s %#: the level is explained in words', (kind, fact, because) => {
  expect(explainOne(kind, fact as AnyFact)?.because).toMatch(because);
});

test('a limit of the profile is named with its line, a disabled one not at all', () => {
  const limits = { lag: { warn: '>=1000', crit: '>=10000' } };
  const limitPositions = { 'lag.warn': at(31), 'lag.crit': at(32) };
  const explained = explainOne('lag', lag('g', { lag: 48_210, motion: 'steady' }), {
    limits,
    limitPositions,
  });
  expect(explained?.because).toBe('CRIT because lag 48,210 ≥ 10,000; limit from production.yaml:32');
  expect(detail(explained, 'limits')).toBe(
    'lag 48,210: warn at ≥ 1,000 (production.yaml:31), crit at ≥ 10,000 (production.yaml:32)',
  );
  const off = explainOne('health', health('api', { latencyMs: 1900 }), {
    limits: { health: { warn: 'off' } },
  });
  expect(off?.because).toMatch(/^OK because up/);
  expect(detail(off, 'limits')).toMatch(/no limits\. limits\.health\.warn and/);
});

test('a fact that is too old is unknown, whatever its state, and doctor is named', () => {
  const explained = explainOne('breakers', breaker('psp'), { later: 60_000 });
  expect(explained?.because).toBe('UNKNOWN because the last reading is 1m old');
  expect(detail(explained, 'reading')).toBe('1m ago · every 5s · unknown when older than 15s');
});

test('a reading of another cockpit has its reader', () => {
  const store = createFactsStore(frame({}));
  const fact = breaker('psp');
  const reader = { user: 'ana', host: 'ana-desk' };
  const feed = feedInfo('bus/breakers', 'breakers');
  learn(store, feed, { items: [fact] });
  const batch = { items: [fact], faults: [] };
  store.apply([{ is: 'learned', feed: feed.id, reading: batch, began: noon, at: noon, reader }], noon);
  const explained = explainFact(contextOf(store, noon + 3000), { kind: 'breakers', fact });
  expect(detail(explained, 'reading')).toBe(
    '3s ago · read by ana@ana-desk · every 5s · unknown when older than 15s',
  );
});

const errorRate: SignalSpec = spec('error.rate', {
  title: 'error rate',
  unit: '%',
  source: 'prom',
  read: { query: 'sum(rate(errors[1m]))' },
  threshold: {
    warn: { op: '>=', value: 1 },
    crit: { op: '>=', value: 5 },
    forMs: 60_000,
    clear: { crit: { op: '<', value: 4 } },
  },
  limitPositions: { warn: at(30), crit: at(31) },
});

/** Explains a signal after readings of it: ms before noon, and the value. */
const explainValues = (
  values: readonly (readonly [ago: number, value: number | undefined])[],
  faults: Parameters<typeof learn>[2]['faults'] = [],
  signalSpec = errorRate,
): Explanation | undefined => {
  const sources = { prom: { type: 'prometheus', location: 'https://prom.shop:9090' } };
  const store = createFactsStore(frame({ signals: [signalSpec], sources }));
  const feed = feedInfo('prom/queries', 'samples', {
    everyMs: 15_000,
    staleMs: 45_000,
    signals: [signalSpec.id],
  });
  for (const [ago, value] of values) {
    const read = { source: 'prom', at: noon - ago };
    learnNext(
      store,
      feed,
      { samples: value === undefined ? [] : [sample(signalSpec.id, value, read)], faults },
      noon - ago,
    );
  }
  const context = contextOf(store);
  const [row] = context.of.snapshot.signals;
  return explainSignal(context, row as SignalRow);
};

test('a signal beyond its limit: value, limit, time and the line of the limit', () => {
  const explained = explainValues([
    [795_000, 1],
    [780_000, 6],
    [90_000, 6.2],
    [4000, 6.4],
  ]);
  expect(explained?.because).toBe('CRIT because 6.4 % ≥ 5 % for 13m; limit from production.yaml:31');
  expect(Object.fromEntries(explained?.details ?? [])).toMatchObject({
    source: 'prom (prometheus) · https://prom.shop:9090 · feed queries',
    query: 'sum(rate(errors[1m]))',
    reading: '4s ago · every 15s · unknown when older than 45s',
    limits: 'warn at ≥ 1, crit at ≥ 5, for 1m, clears at < 4 (%) · production.yaml:30, production.yaml:31',
  });
});

test('a pending level says when it is raised; a level that has not cleared says what clears it', () => {
  expect(
    explainValues([
      [40_000, 6],
      [4000, 6.4],
    ])?.because,
  ).toBe('OK, but 6.4 % ≥ 5 % for ≥40s of 1m: CRIT in 20s without recovery; limit from production.yaml:31');
  expect(
    explainValues([
      [80_000, 6],
      [10_000, 6],
      [4000, 4.5],
    ])?.because,
  ).toMatch(
    /^CRIT because the value was beyond the limit\. The level clears at < 4 %, and 4\.5 % does not clear the level yet/,
  );
});

test('a signal without a value says what is missing and what to do', () => {
  const timedOut = fault('timeout', 'prom:9090: no answer in 3s', 'prom');
  const explained = explainValues([[4000, undefined]], [timedOut]);
  expect(explained?.because).toBe('UNKNOWN because prom:9090: no answer in 3s · r refresh');
  expect(detail(explained, 'to do')).toBe(
    'opsdeck doctor --env demo/production checks the source and reports what is missing',
  );
  const unlimited = spec('x', { source: 'prom', position: at(12) });
  const free = explainValues([[4000, 3]], [], unlimited);
  expect(free?.because).toBe('OK because the signal has no limits, so no value raises the level');
  expect(detail(free, 'limits')).toBe('none. Set warn or crit of x at production.yaml:12');
});

test('a calculated signal shows its formula with the present operands', () => {
  const parsed = parseCalc('100 * a / b', ['a', 'b']);
  if (!parsed.ok) throw new Error(parsed.message);
  const share = spec('share', {
    source: '',
    unit: '%',
    derived: { is: 'calc', calc: parsed.calc, of: { a: 'errors', b: 'requests' } },
  });
  const signals = [spec('errors', { unit: '/s' }), spec('requests', { unit: '/s' }), share];
  const explain = (requests: number | undefined): Explanation | undefined => {
    const store = createFactsStore(frame({ signals }));
    const feed = feedInfo('bus/metrics', 'samples', { signals: ['errors', 'requests'] });
    const why = requests === undefined ? { why: 'no such series' } : {};
    const samples = [sample('errors', 12), sample('requests', requests, why)];
    learn(store, feed, { samples });
    const context = contextOf(store, noon + 3000);
    return explainSignal(context, context.of.snapshot.signals.find(({ id }) => id === 'share') as SignalRow);
  };
  const known = explain(300);
  expect(detail(known, 'formula')).toBe('100 * a / b = 4 %');
  expect(detail(known, 'a')).toBe('= 12 /s, 3s ago  errors');
  expect(detail(known, 'b')).toBe('= 300 /s, 3s ago  requests');
  const unknown = explain(undefined);
  expect(unknown?.because).toMatch(/^UNKNOWN because bus: b \(requests\): no such series/);
  expect(detail(unknown, 'b')).toBe('= unknown: no such series  requests');
});
