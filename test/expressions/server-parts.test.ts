import { describe, expect, test } from 'vitest';
import { sum } from '../../src/domain/base/sums.ts';
import type { PartsFold, SignalParts } from '../../src/domain/facts/facts.ts';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import { parseBound } from '../../src/domain/facts/threshold.ts';
import type { DeclaredEffect } from '../../src/domain/runbooks/operation.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { fault, feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';

const limit = parseBound('>=5');
if ('error' in limit) throw new Error(limit.error);

const part = (instance: string, more: Readonly<Record<string, string>> = {}): string =>
  JSON.stringify({ instance, job: 'orders', ...more });

interface World {
  readonly value: number;
  readonly parts?: Readonly<Record<string, number>>;
  /** Parts by the number of their instance and a status. */
  readonly series?: Readonly<Record<string, number>>;
  readonly fold?: PartsFold;
  readonly more?: Partial<SignalParts>;
  /** The parts cannot be seen. */
  readonly hiddenBy?: string;
  /** The parts could not be read. */
  readonly isDenied?: boolean;
  /** Further labels of the parts. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The uid of the pod orders-1. Absent: no pods are read. */
  readonly uid?: string;
  /** Other workloads that are read. */
  readonly rows?: readonly Workload[];
}

const seriesPart = (name: string): string => {
  const [number, status] = name.split(' ');
  return JSON.stringify({ instance: `orders-${number}`, job: 'orders', status });
};

const world = ({
  value,
  parts = {},
  series = {},
  fold,
  more = {},
  hiddenBy,
  isDenied = false,
  labels,
  uid,
  rows,
}: World): Snapshot => {
  const store = createFactsStore(
    frame({ signals: [spec('errors', { unit: '', threshold: { crit: limit } })] }),
  );
  learn(store, feedInfo('bus/query:errors', 'samples', { signals: ['errors'] }), {
    samples: [sample('errors', value)],
  });
  const values = Object.fromEntries([
    ...Object.entries(parts).map(([name, of]) => [part(name, labels), of]),
    ...Object.entries(series).map(([name, of]) => [seriesPart(name), of]),
  ]);
  const targets = Object.fromEntries(Object.keys(parts).map((name) => [`orders ${name}`, 100]));
  learn(store, feedInfo('bus/parts:errors', 'samples', { partsOf: 'errors', everyMs: 0 }), {
    ...(isDenied
      ? { faults: [fault('denied', 'HTTP 403')] }
      : hiddenBy === undefined
        ? { parts: { values, targets, addsUp: fold === 'sum', ...(fold ? { fold } : {}), ...more } }
        : { partsHiddenBy: hiddenBy }),
  });
  if (uid !== undefined) learn(store, feedInfo('bus/workloads', 'workloads'), { items: [orders(uid)] });
  if (rows !== undefined) learn(store, feedInfo('docker/workloads', 'workloads'), { items: rows });
  return buildSnapshot(store.getState(), noon);
};

const orders = (uid: string): Workload => ({
  ...{ source: 'bus', at: noon, kind: 'pod', namespace: 'shop', name: 'orders-1', uid, node: 'node-1' },
  ...{ ready: 1, wanted: 1, status: 'Running', owner: 'statefulset orders' },
});

const restarts = () => new Map<string, number>();

const evaluate = (
  text: string,
  before: Snapshot,
  now: Snapshot,
  {
    effects = [],
    at = noon,
    seen = restarts(),
    actedAt,
  }: {
    effects?: readonly DeclaredEffect[];
    at?: number;
    seen?: Map<string, number>;
    actedAt?: number;
  } = {},
) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, now, {
    now: at,
    before,
    witnesses: { effects, restarts: seen },
    ...(actedAt === undefined ? {} : { actedAt }),
  });
};

const bad: World = { value: 49, parts: { 'orders-1': 48, 'orders-2': 1 }, fold: 'sum' };
const gone = 'errors instance=orders-1 job=orders is gone, it was 48 before the action';

test.each(['errors < 5', 'errors <= ok', 'not errors >= 5', 'errors < 5 and errors >= 0'])(
  '%s is unknown when a part is gone that would decide it',
  (text) => {
    const now = world({ value: 1, parts: { 'orders-2': 1 }, fold: 'sum' });
    expect(evaluate(text, world(bad), now)).toMatchObject({ value: 'unknown', why: gone });
    const healed = world({ value: 2, parts: { 'orders-1': 1, 'orders-2': 1 }, fold: 'sum' });
    expect(evaluate(text, world(bad), healed).value).toBe('true');
  },
);

test('a part that would decide nothing may go', () => {
  const before = world({ value: 49, parts: { 'orders-1': 48, 'orders-2': 1 }, fold: 'sum' });
  const now = world({ value: 2, parts: { 'orders-1': 2 }, fold: 'sum' });
  expect(evaluate('errors < 5', before, now).value).toBe('true');
});

test('a part of 0 is missing from no sum', () => {
  const more = { addsUp: true };
  const before = world({ value: 48, parts: { 'orders-1': 48, 'orders-2': 0 }, more });
  const now = world({ value: 0, parts: { 'orders-1': 0 }, more });
  expect(evaluate('errors < 5', before, now).value).toBe('true');
});

test('a part without a number tells nothing: the greatest of the others is no better', () => {
  const before = world({ value: 48, parts: { 'orders-1': 48, 'orders-2': 1 }, fold: 'max' });
  const quiet = world({ value: 1, parts: { 'orders-1': Number.NaN, 'orders-2': 1 }, fold: 'max' });
  expect(evaluate('errors < 5', before, quiet)).toMatchObject({ value: 'unknown', why: gone });
  // A part that told nothing before is no witness.
  expect(
    evaluate('errors < 5', quiet, world({ value: 1, parts: { 'orders-2': 1 }, fold: 'max' })).value,
  ).toBe('true');
});

test('an average that newcomers lower is no better', () => {
  const before = world({ value: 24.5, parts: { 'orders-1': 48, 'orders-2': 1 }, fold: 'avg' });
  const crowd = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`orders-${index + 3}`, 0]));
  const more = world({ value: 4.1, parts: { 'orders-1': 48, 'orders-2': 1, ...crowd }, fold: 'avg' });
  expect(evaluate('errors < 5', before, more)).toMatchObject({
    value: 'unknown',
    why: 'errors is 4.1 over all series, of which 10 are new, and 24.5 over the series from before the action',
  });
  const relieved = world({ value: 1, parts: { 'orders-1': 2, 'orders-2': 1, ...crowd }, fold: 'avg' });
  expect(evaluate('errors < 5', before, relieved).value).toBe('true');
  // All of them are new.
  const where = { owner: 'deploy orders' };
  const effects: readonly DeclaredEffect[] = [{ does: 'replaces', kind: 'workloads', where }];
  expect(
    evaluate('errors < 5', before, world({ value: 1, parts: crowd, fold: 'avg' }), { effects }).value,
  ).toBe('true');
});

test('where more is computed than one aggregation, no part may go', () => {
  const before = world({ value: 24, parts: { 'orders-1': 48, 'orders-2': 1 } });
  const now = world({ value: 1, parts: { 'orders-2': 1 } });
  expect(evaluate('errors < 5', before, now)).toMatchObject({ value: 'unknown', why: gone });
});

test('series that become too many to be read one by one are compared by their targets', () => {
  const addsUp = true;
  const each = { 'orders-1': 48, 'orders-2': 1 };
  const few = world({ value: 49, series: { '1 5xx': 48, '1 4xx': 0, '2 5xx': 1 }, fold: 'sum' });
  const many = (parts: Readonly<Record<string, number>>, value: number): Snapshot =>
    world({ value, parts, fold: 'sum', more: { addsUp, isPerTarget: true } });
  const healed = many({ 'orders-1': 1, 'orders-2': 1, 'orders-3': 0 }, 2);
  const died = many({ 'orders-2': 1, 'orders-3': 0 }, 1);
  expect(evaluate('errors < 5', few, healed).value).toBe('true');
  expect(evaluate('errors < 5', few, died)).toMatchObject({
    value: 'unknown',
    why: 'errors job=orders instance=orders-1 is gone, it was 48 before the action',
  });
  // Fewer again.
  const fewer = world({ value: 1, series: { '2 5xx': 1 }, fold: 'sum' });
  expect(evaluate('errors < 5', many(each, 49), fewer).value).toBe('unknown');
  expect(evaluate('errors < 5', many({ 'orders-2': 49 }, 49), fewer).value).toBe('true');
});

test('the greatest of series that are too many has no number for a target that is gone', () => {
  const few = world({ value: 48, series: { '1 5xx': 48, '2 5xx': 1 }, fold: 'max' });
  const many = world({ value: 1, parts: { 'orders-2': 1 }, more: { isPerTarget: true } });
  expect(evaluate('errors < 5', few, many).value).toBe('unknown');
});

test('parts that cannot be read, or could not before, make it unknown', () => {
  const denied = world({ value: 1, isDenied: true });
  expect(evaluate('errors < 5', world(bad), denied)).toMatchObject({
    value: 'unknown',
    why: 'the series that errors is computed from could not be read: HTTP 403',
  });
  const now = world({ value: 1, parts: { 'orders-1': 1 }, fold: 'sum' });
  expect(evaluate('errors < 5', denied, now)).toMatchObject({
    value: 'unknown',
    why: 'it is unknown which series errors was computed from before the action',
  });
});

test('a value proves nothing until every target that tells it was scraped after the action', () => {
  const scraped = (value: number, first: number, second: number): Snapshot =>
    world({
      value,
      parts: { 'orders-1': value, 'orders-2': 0 },
      fold: 'sum',
      more: { scrapedAt: { 'orders orders-1': noon + first, 'orders orders-2': noon + second } },
    });
  const before = scraped(48, -20_000, -20_000);
  const actedAt = noon - 1000;
  expect(evaluate('errors < 5', before, scraped(0, -500, -13_000), { actedAt })).toMatchObject({
    value: 'unknown',
    why: 'orders orders-2 was last scraped 12s before the action ended',
  });
  expect(evaluate('errors < 5', before, scraped(0, -500, -900), { actedAt }).value).toBe('true');
  // Outside of a verification the value is taken as it is.
  expect(evaluate('errors < 5', before, scraped(0, -500, -13_000)).value).toBe('true');
});

test('a recorded value proves nothing until its rule was evaluated after the action', () => {
  const recorded = (value: number, at: number): Snapshot =>
    world({
      value,
      parts: { 'orders-1': value },
      fold: 'sum',
      more: { evaluations: { 'job:errors': noon + at, 'job:all': noon + 1000 } },
    });
  const actedAt = noon - 1000;
  expect(evaluate('errors < 5', recorded(48, -20_000), recorded(1, -13_000), { actedAt })).toMatchObject({
    value: 'unknown',
    why: 'the rule job:errors was last evaluated 12s before the action ended',
  });
  expect(evaluate('errors < 5', recorded(48, -20_000), recorded(1, -500), { actedAt }).value).toBe('true');
});

test('a recorded value whose rule was edited proves nothing', () => {
  const recorded = (value: number, query: string): Snapshot =>
    world({ value, parts: { 'orders-1': value }, fold: 'sum', more: { rules: { 'job:errors': query } } });
  const was = recorded(48, 'sum(errors)');
  expect(evaluate('errors < 5', was, recorded(0.48, 'sum(errors) / 100'))).toMatchObject({
    value: 'unknown',
    why: 'the rule job:errors was edited after the action, so the values cannot be compared',
  });
  expect(evaluate('errors < 5', was, recorded(1, 'sum(errors)')).value).toBe('true');
});

test('a recorded value whose rule is gone proves nothing; one that was never followed says so', () => {
  const hiddenBy = 'job:errors, which no rule of this server records';
  const before = world({ value: 48, parts: { 'orders-1': 48 }, fold: 'sum' });
  expect(evaluate('errors < 5', before, world({ value: 1, hiddenBy }))).toMatchObject({
    value: 'unknown',
    why: `the series that errors is computed from can no longer be read: ${hiddenBy}`,
  });
  expect(evaluate('errors < 5', world({ value: 48, hiddenBy }), world({ value: 1, hiddenBy }))).toMatchObject(
    {
      value: 'true',
      why: `errors is 1, computed by the server (${hiddenBy}): opsdeck cannot see which rows are counted`,
    },
  );
});

const windowed = (value: number, start: number): Snapshot =>
  world({
    value,
    parts: { 'orders-1': value },
    fold: 'sum',
    more: { windowMs: 60_000, targets: { 'orders orders-1': start } },
  });

test('a window that reaches back over a restart proves nothing until it has passed', () => {
  const seen = restarts();
  const before = windowed(48, 100);
  const now = windowed(0, 500);
  const at = (ms: number) => evaluate('errors < 5', before, now, { at: noon + ms, seen });
  expect(at(0).value).toBe('unknown');
  expect(at(40_000)).toMatchObject({
    value: 'unknown',
    why: 'orders orders-1 was restarted 40s ago, but errors counts the last 1m',
  });
  expect(at(60_000).value).toBe('true');
  expect(evaluate('errors < 5', before, windowed(0, 101), { seen: restarts() }).value).toBe('true');
});

test('the process that takes the place of one that is gone has a window of its own', () => {
  const pod = (name: string, value: number): Snapshot =>
    world({
      value,
      parts: { [name]: value },
      fold: 'sum',
      more: { windowMs: 60_000, targets: { [`orders ${name}`]: 'unknown' } },
    });
  const effects: readonly DeclaredEffect[] = [
    { does: 'replaces', kind: 'workloads', where: { name: 'orders-1' }, ready: 1 },
  ];
  const seen = restarts();
  const at = (ms: number) =>
    evaluate('errors < 5', pod('orders-1', 48), pod('orders-9', 0), { effects, at: noon + ms, seen });
  expect(at(0)).toMatchObject({
    value: 'unknown',
    why: 'orders orders-9 was restarted 0s ago, but errors counts the last 1m',
  });
  expect(at(60_000).value).toBe('true');
});

test('a process that was restarted in place need not tell a part again, but has to answer, and its window to pass', () => {
  const at = (start: number | undefined, ms: number, effects: readonly DeclaredEffect[]) => {
    const targets: Record<string, number> = start === undefined ? {} : { 'orders orders-1': start };
    const now = world({ value: 0, fold: 'sum', more: { windowMs: 60_000, targets } });
    return evaluate('errors < 5', windowed(48, 100), now, { effects, at: noon + ms, seen });
  };
  const seen = restarts();
  const restarted: readonly DeclaredEffect[] = [
    { does: 'replaces', kind: 'workloads', where: { name: 'orders-1' } },
  ];
  expect(at(undefined, 0, restarted).value).toBe('unknown');
  expect(at(100, 0, restarted).value).toBe('unknown');
  expect(at(500, 0, restarted)).toMatchObject({
    why: expect.stringContaining('but errors counts the last 1m'),
  });
  expect(at(500, 60_000, restarted).value).toBe('true');
  expect(at(500, 60_000, []).value).toBe('unknown');
});

const ofOrders = { owner: 'deploy orders', namespace: 'shop' };

test.each([
  ['its workload', ofOrders, { namespace: 'shop' }, 'true'],
  ['its workload', ofOrders, { k8s_namespace_name: 'shop' }, 'true'],
  ['its workload', ofOrders, { job: 'shop/orders' }, 'true'],
  ['another workload', { owner: 'deploy billing', namespace: 'shop' }, { namespace: 'shop' }, 'unknown'],
  ['its namesake elsewhere', ofOrders, { namespace: 'pay' }, 'unknown'],
  ['its namesake elsewhere', ofOrders, { job: 'pay/orders' }, 'unknown'],
  ['what may be its namesake', ofOrders, {}, 'unknown'],
  [
    'what may be its namesake',
    ofOrders,
    { namespace: 'monitoring', kubernetes_namespace: 'shop' },
    'unknown',
  ],
  ['a workload of no namespace', { owner: 'orders' }, { namespace: 'shop' }, 'unknown'],
  ['a workload of no namespace', { owner: 'orders' }, {}, 'unknown'],
] as const)(
  'a part is explained by a restart of %s, which its series name instead of the pod: %j, %j',
  (_, where, labels, value) => {
    const effects: readonly DeclaredEffect[] = [{ does: 'replaces', kind: 'workloads', where, ready: 1 }];
    const { job }: { readonly job?: string } = { job: 'orders', ...labels };
    const of = (instance: string, amount: number, start: number): Snapshot =>
      world({
        ...{ value: amount, fold: 'sum', uid: `uid-${start}`, labels },
        parts: amount === 0 ? {} : { [instance]: amount },
        more: { addsUp: true, targets: { [`${job} ${instance}`]: start } },
      });
    const before = of('10.0.0.7:8080', 48, 100);
    expect(evaluate('errors < 5', before, of('10.0.0.7:8080', 0, 500), { effects }).value).toBe(value);
    // The process of before is still there, and tells the part no more.
    expect(evaluate('errors < 5', before, of('10.0.0.7:8080', 0, 100), { effects }).value).toBe('unknown');
  },
);

/** The container 'shop-orders-N' of a Compose project, started at a time in seconds. */
const container = (project: string, start: number, owner = 'orders'): Workload => ({
  ...{
    source: project,
    at: noon,
    kind: 'container',
    namespace: project,
    name: `${project}-${owner}-${start}`,
  },
  ...{ owner, node: '', ready: 1, wanted: 1, status: 'running', startedAt: 1000 * start },
});

interface Started {
  /** Start of the process before the action and after it, in seconds. */
  readonly process?: number | 'unknown';
  readonly later?: number;
  /** Containers besides the replaced one. */
  readonly others?: readonly Workload[];
}

test.each<readonly [string, Started, string]>([
  ['its container is replaced', {}, 'true'],
  ['its process started some seconds after its container', { process: 105 }, 'true'],
  ['all that started with it are replaced', { others: [container('shop', 102)] }, 'true'],
  ['its namesake started at another time', { others: [container('green', 900)] }, 'true'],
  ['another service started with it', { others: [container('green', 100, 'db')] }, 'true'],
  ['its namesake started with it', { others: [container('green', 101)] }, 'unknown'],
  ['it is the process of a namesake', { process: 900, others: [container('green', 900)] }, 'unknown'],
  ['it started before the container', { process: 90 }, 'unknown'],
  ['it does not tell its start', { process: 'unknown' }, 'unknown'],
  ['it still runs', { later: 100 }, 'unknown'],
])('without a namespace, a process is known by its start: %s', (_, options, value) => {
  const { process = 100, later = 500, others = [] } = options;
  const where = { namespace: 'shop', owner: 'orders', kind: 'container' };
  const effects: readonly DeclaredEffect[] = [{ does: 'replaces', kind: 'workloads', where }];
  const rows = [container('shop', 100), ...others];
  const of = (amount: number, start: number | 'unknown'): Snapshot =>
    world({
      ...{ value: amount, fold: 'sum', rows },
      parts: amount === 0 ? {} : { 'orders:8080': amount },
      more: { addsUp: true, targets: { 'orders orders:8080': start } },
    });
  expect(evaluate('errors < 5', of(48, process), of(0, later), { effects }).value).toBe(value);
});

test('where processes tell no start, the identity of their object tells a restart', () => {
  const at = (value: number, uid: string): Snapshot =>
    world({
      ...{ value, fold: 'sum', parts: { 'orders-1:8080': value }, uid },
      more: { windowMs: 60_000, targets: { 'orders orders-1:8080': 'unknown' } },
    });
  const seen = restarts();
  const before = at(48, 'uid-1');
  const now = at(0, 'uid-2');
  expect(evaluate('errors < 5', before, now, { seen, at: noon })).toMatchObject({
    value: 'unknown',
    why: 'orders orders-1:8080 was restarted 0s ago, but errors counts the last 1m',
  });
  expect(evaluate('errors < 5', before, now, { seen, at: noon + 60_000 }).value).toBe('true');
  expect(evaluate('errors < 5', before, at(0, 'uid-1'), { seen: restarts() }).value).toBe('true');
});

/** The lines of these streams that a view counts in the last minute. */
const lineCount = (streams: Readonly<Record<string, number>>): Snapshot => {
  const store = createFactsStore(frame({ signals: [spec('errors', { unit: '' })] }));
  const values = Object.values(streams);
  const entries = Object.entries(streams);
  const counted = sample('errors', sum(values), {
    labels: {},
    parts: Object.fromEntries(entries.map(([stream, lines]) => [JSON.stringify({ stream }), lines])),
    fold: 'sum',
    computed: {
      addsUp: true,
      windowMs: 60_000,
      targets: Object.fromEntries(entries.map(([stream]) => [`lines ${stream}`, 'unknown'])),
    },
  });
  learn(store, feedInfo('bus/lines', 'samples', { signals: ['errors'] }), { samples: [counted] });
  return buildSnapshot(store.getState(), noon);
};

test('lines of a stream that is gone are missed, and those of its successor count after a whole window', () => {
  const before = lineCount({ 'orders-1/app': 48, 'orders-2/app': 0 });
  expect(evaluate('errors < 5', before, lineCount({ 'orders-2/app': 0 }))).toMatchObject({
    value: 'unknown',
    why: 'errors stream=orders-1/app is gone, it was 48 before the action',
  });
  expect(evaluate('errors < 5', before, lineCount({ 'orders-1/app': 1, 'orders-2/app': 0 })).value).toBe(
    'true',
  );
  const effects: readonly DeclaredEffect[] = [
    { does: 'replaces', kind: 'workloads', where: { name: 'orders-1' } },
  ];
  const seen = restarts();
  const replaced = lineCount({ 'orders-9/app': 0, 'orders-2/app': 0 });
  expect(evaluate('errors < 5', before, replaced, { effects, seen })).toMatchObject({
    why: 'lines orders-9/app was restarted 0s ago, but errors counts the last 1m',
  });
  expect(evaluate('errors < 5', before, replaced, { effects, seen, at: noon + 60_000 }).value).toBe('true');
});

describe('log streams that are still listed', () => {
  const minute = 60_000;
  const actedAt = noon - 50_000;
  const lines = (orders1: number | undefined, orders2: number, at = noon): Partial<SignalParts> => ({
    ...{ addsUp: true, windowMs: minute, targets: {} },
    lastLines: {
      ...(orders1 === undefined ? {} : { [part('orders-1')]: at - orders1 }),
      [part('orders-2')]: at - orders2,
    },
  });
  const wasBad = world({ ...bad, more: lines(0, 0, noon - minute) });
  const isNow = (orders1: number | undefined, orders2 = 0): Snapshot =>
    world({ value: 0, parts: { 'orders-1': 0, 'orders-2': 0 }, fold: 'sum', more: lines(orders1, orders2) });

  test.each([
    ['has written no line since the action', undefined],
    ['has written no line since the action', 55_000],
    ['has written no line for 45s', 45_000],
  ])('one that %s proves nothing by its silence', (silence, age) => {
    expect(evaluate('errors < 5', wasBad, isNow(age), { actedAt })).toMatchObject({
      value: 'unknown',
      why: `errors instance=orders-1 job=orders ${silence}, it was 48 before the action`,
    });
  });

  test('one that writes proves that it counts less', () => {
    expect(evaluate('errors < 5', wasBad, isNow(1000), { actedAt }).value).toBe('true');
  });

  test('one that had no such line before may be silent', () => {
    const calm = world({
      value: 48,
      parts: { 'orders-1': 48, 'orders-2': 0 },
      fold: 'sum',
      more: lines(0, 0, noon - minute),
    });
    expect(evaluate('errors < 5', calm, isNow(1000, 59_000), { actedAt }).value).toBe('true');
  });

  test('a clock that is ahead makes no old line a new one', () => {
    const ahead = world({ ...bad, more: { ...lines(0, 0, noon + minute) } });
    expect(evaluate('errors < 5', ahead, isNow(-minute), { actedAt }).value).toBe('unknown');
  });

  describe('whose lines at info or below have ended', () => {
    const withPlain = (snapshot: Snapshot, usual: readonly string[], age: number | undefined): Snapshot => ({
      ...snapshot,
      signals: snapshot.signals.map((row) => ({
        ...row,
        computed: {
          ...{ addsUp: true, targets: {}, ...row.computed },
          plainLines: { usual, last: age === undefined ? {} : { [part('orders-1')]: noon - age } },
        },
      })),
    });
    const informed = withPlain(wasBad, [part('orders-1')], minute);

    test.each([undefined, 55_000])('prove nothing: a logger may have been switched off', (age) => {
      expect(evaluate('errors < 5', informed, withPlain(isNow(1000), [], age), { actedAt })).toMatchObject({
        value: 'unknown',
        why: 'errors instance=orders-1 job=orders has written warnings and errors only since the action, so the log level may have been changed, it was 48 before the action',
      });
    });

    test.each([
      ['it goes on with them', informed, withPlain(isNow(1000), [], 2000)],
      ['it had few of them', withPlain(wasBad, [], minute), withPlain(isNow(1000), [], undefined)],
      ['levels are unknown', informed, isNow(1000)],
    ])('count where %s', (_, before, now) => {
      expect(evaluate('errors < 5', before, now, { actedAt }).value).toBe('true');
    });
  });

  describe('a logger that wrote the errors, and others besides', () => {
    const withLogger = (snapshot: Snapshot, usual: readonly string[], age: number | undefined): Snapshot => ({
      ...snapshot,
      signals: snapshot.signals.map((row) => ({
        ...row,
        computed: {
          ...{ addsUp: true, targets: {}, ...row.computed },
          plainLines: {
            ...{ usual: [], last: {} },
            loggers: {
              [part('orders-1')]: { usual, last: age === undefined ? {} : { Payment: noon - age } },
            },
          },
        },
      })),
    });
    const payment = withLogger(wasBad, ['Payment'], minute);

    test.each([undefined, 55_000])('proves nothing by its silence: it may have been switched off', (age) => {
      expect(evaluate('errors < 5', payment, withLogger(isNow(1000), [], age), { actedAt })).toMatchObject({
        value: 'unknown',
        why: 'errors instance=orders-1 job=orders has no line of the logger Payment since the action other than warnings and errors, so the log level may have been changed, it was 48 before the action',
      });
    });

    test.each([
      ['it goes on', payment, withLogger(isNow(1000), [], 2000)],
      ['it wrote few others', withLogger(wasBad, [], minute), withLogger(isNow(1000), [], undefined)],
      ['loggers are unknown', payment, isNow(1000)],
    ])('counts where %s', (_, before, now) => {
      expect(evaluate('errors < 5', before, now, { actedAt }).value).toBe('true');
    });
  });

  test('one that the action ends is explained', () => {
    const effects = [{ does: 'ends', kind: 'workloads', where: { name: 'orders-1' } }] as const;
    expect(evaluate('errors < 5', wasBad, isNow(undefined), { actedAt, effects }).value).toBe('true');
  });
});

describe('a value that counts the failed ones among requests', () => {
  const serving = (all: number, failed: number): Snapshot =>
    world({ value: failed, parts: { 'orders-1': failed }, fold: 'sum', more: { traffic: { all, failed } } });

  test.each([
    [
      'no requests arrive',
      0,
      0,
      'errors counts failed requests, but there were no requests at all, so the value does not show a recovery',
    ],
    [
      'fewer arrive, of which as many fail',
      ...([6, 3] as const),
      'errors fell only because there are fewer requests: 50.0 % of them fail now, and 48.0 % failed before the action',
    ],
  ])('proves nothing when %s', (_, all, failed, why) => {
    expect(evaluate('errors < 5', serving(100, 48), serving(all, failed))).toMatchObject({
      value: 'unknown',
      why,
    });
  });

  test.each([
    ['fewer of as many fail', 100, 1],
    ['fewer of fewer fail', 20, 1],
    ['none of few fails', 1, 0],
  ])('proves the recovery when %s', (_, all, failed) => {
    expect(evaluate('errors < 5', serving(100, 48), serving(all, failed)).value).toBe('true');
  });
});
