import { expect, test } from 'vitest';
import type { SignalSpec } from '../../src/domain/profile/profile.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { calcSpec, factSpec } from '../support/derived-specs.ts';
import { breaker, fault, feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';

const second = 1000;
const errors = feedInfo('bus/errors', 'samples', { signals: ['errors'] });
const total = feedInfo('bus/total', 'samples', { signals: ['total'] });
const breakers = feedInfo('bus/breakers', 'breakers');
const base = [spec('errors'), spec('total')];
const ratio = (more: Partial<SignalSpec> = {}): SignalSpec =>
  calcSpec('ratio', '100 * a / b', { a: 'errors', b: 'total' }, { unit: '%', ...more });

const storeOf = (...signals: readonly SignalSpec[]): FactsStore =>
  createFactsStore(frame({ signals: [...base, ...signals] }));
const open = (store: FactsStore): void =>
  store.apply([{ is: 'opened', feeds: [errors, total, breakers] }], noon);
const learnValues = (
  store: FactsStore,
  feed: typeof errors,
  values: Readonly<Record<string, number | string | undefined>>,
  time = noon,
): void => {
  const [signal = ''] = feed.signals ?? [];
  const samples = Object.entries(values).map(([pod, value]) =>
    sample(signal, value, {
      at: time,
      labels: pod === '' ? {} : { pod },
      ...(value === undefined && { why: 'no series' }),
    }),
  );
  learn(store, feed, { samples }, time);
};
const rows = (store: FactsStore, id: string, now = noon) =>
  buildSnapshot(store.getState(), now).signals.filter((row) => row.id === id);

test('a calculated signal has a value, a level and the time of its oldest input', () => {
  const store = storeOf(ratio({ threshold: { warn: { op: '>=', value: 1 }, crit: { op: '>', value: 5 } } }));
  learnValues(store, errors, { '': 12 }, noon);
  learnValues(store, total, { '': 200 }, noon + second);
  expect(rows(store, 'ratio', noon + second)).toEqual([
    expect.objectContaining({
      key: 'ratio',
      value: 6,
      unit: '%',
      level: 'crit',
      source: '',
      stale: false,
      at: noon,
      verdict: expect.objectContaining({ level: 'crit', why: '6, limit > 5' }),
    }),
  ]);
});

test('is not judged, not even by noData, before each input was read once', () => {
  const store = storeOf(ratio({ threshold: { noData: 'crit' } }));
  open(store);
  learnValues(store, errors, { '': 12 });
  const [row] = rows(store, 'ratio');
  expect(row).toMatchObject({ level: 'unknown' });
  expect(row).not.toHaveProperty('verdict');
  expect(row).not.toHaveProperty('value');
  expect(store.getState().history).not.toHaveProperty('ratio');
});

test.each([
  [
    'an input without a value',
    { '': undefined },
    { kind: 'missing', source: 'bus', message: 'b (total): no series' },
  ],
  ['a text input', { '': 'up' }, { kind: 'missing', source: '', message: 'b (total) is "up", not a number' }],
  ['a division by zero', { '': 0 }, { kind: 'missing', source: '', message: 'b is 0' }],
] as const)('%s makes it unknown, with the reason', (_, values, why) => {
  const store = storeOf(ratio());
  learnValues(store, errors, { '': 12 });
  learnValues(store, total, values);
  const [row] = rows(store, 'ratio');
  expect(row).toMatchObject({ level: 'unknown', fault: why, verdict: { silent: true, why: why.message } });
  expect(row).not.toHaveProperty('value');
});

test('noData sets the level for missing data; a denied read is unknown regardless', () => {
  const after = (kind: 'timeout' | 'denied') => {
    const store = storeOf(ratio({ threshold: { noData: 'crit' } }));
    learnValues(store, errors, { '': 1 });
    learn(store, total, { faults: [fault(kind)] });
    return rows(store, 'ratio')[0];
  };
  expect(after('timeout')).toMatchObject({ level: 'crit', fault: { message: 'b (total): timeout at bus' } });
  expect(after('denied')).toMatchObject({ level: 'unknown', fault: { kind: 'denied' } });
});

test('a stale input makes it stale: it keeps the value, and the level is unknown', () => {
  const store = storeOf(ratio({ threshold: { warn: { op: '>=', value: 1 } } }));
  learnValues(store, total, { '': 200 }, noon);
  learnValues(store, errors, { '': 12 }, noon);
  learnValues(store, errors, { '': 14 }, noon + 14 * second);
  expect(rows(store, 'ratio', noon + 14 * second)).toMatchObject([{ value: 7, level: 'warn', stale: false }]);
  const later = noon + 16 * second;
  expect(rows(store, 'ratio', later)).toMatchObject([
    {
      value: 7,
      level: 'unknown',
      stale: true,
      verdict: { since: noon + 15 * second, why: 'last read 16s ago' },
    },
  ]);
  learnValues(store, errors, { '': 16 }, later);
  expect(rows(store, 'ratio', later)).toMatchObject([{ value: 8, level: 'unknown', stale: true }]);
  expect([...(store.getState().history.ratio ?? [])].map(({ value }) => value)).toEqual([6, 7]);
});

test('its own staleMs applies', () => {
  const store = storeOf(ratio({ threshold: { staleMs: 5000 } }));
  learnValues(store, total, { '': 200 });
  learnValues(store, errors, { '': 12 });
  expect(rows(store, 'ratio', noon + 6 * second)).toMatchObject([
    { stale: true, verdict: { since: noon + 5 * second } },
  ]);
});

test('levels use forMs, and values are kept in the history', () => {
  const store = storeOf(ratio({ threshold: { warn: { op: '>=', value: 5 }, forMs: 2000 } }));
  learnValues(store, total, { '': 100 });
  const levels = [6, 6, 6, 1].map((value, i) => {
    learnValues(store, errors, { '': value }, noon + i * second);
    return rows(store, 'ratio', noon + i * second)[0]?.level;
  });
  expect(levels).toEqual(['ok', 'ok', 'warn', 'ok']);
  expect([...(store.getState().history.ratio ?? [])]).toEqual(
    [6, 6, 6, 1].map((value, i) => ({ at: noon + i * second, value })),
  );
});

test('one tick is judged once, and unrelated readings do not judge it', () => {
  const store = storeOf(ratio());
  open(store);
  const learned = (feed: typeof errors, signal: string, value: number, time: number) =>
    ({
      is: 'learned',
      feed: feed.id,
      reading: { items: [], samples: [sample(signal, value, { at: time })], faults: [] },
      began: time,
      at: time,
    }) as const;
  const later = noon + second;
  store.apply([learned(errors, 'errors', 1, noon), learned(total, 'total', 10, noon)], noon);
  store.apply([learned(errors, 'errors', 5, later - 1), learned(total, 'total', 20, later)], later);
  // The value between the two readings of the tick would be 50.
  expect([...(store.getState().history.ratio ?? [])].map(({ value }) => value)).toEqual([10, 25]);
  const judged = store.getState().verdicts.ratio;
  store.apply([{ is: 'reading', feed: errors.id, at: later }], later);
  learn(store, breakers, { items: [breaker('psp')] }, later);
  expect(store.getState().verdicts.ratio).toBe(judged);
});

test('series are joined on equal labels; a series without a counterpart is unknown', () => {
  const store = storeOf(ratio());
  learnValues(store, total, { x: 100, y: 200, z: 50 });
  learnValues(store, errors, { x: 1, y: 50 });
  expect(rows(store, 'ratio').map(({ key, value, fault: why }) => [key, value ?? why?.message])).toEqual([
    ['ratio{pod=x}', 1],
    ['ratio{pod=y}', 25],
    ['ratio{pod=z}', 'a (errors) has no series pod=z'],
  ]);
});

test('a single series joins with all, and removed series lose their verdicts and history', () => {
  const store = storeOf(ratio());
  learnValues(store, total, { '': 200 });
  learnValues(store, errors, { x: 2, y: 4 });
  expect(rows(store, 'ratio').map(({ value }) => value)).toEqual([1, 2]);
  learnValues(store, errors, { y: 6 }, noon + second);
  const { verdicts, history } = store.getState();
  expect(Object.keys(verdicts).filter((key) => key.startsWith('ratio'))).toEqual(['ratio{pod=y}']);
  expect(Object.keys(history).filter((key) => key.startsWith('ratio'))).toEqual(['ratio{pod=y}']);
});

test('calculates from a calculation over facts', () => {
  const open = factSpec('open', { kind: 'breakers', where: 'state = open', fold: 'count' });
  const all = factSpec('all', { kind: 'breakers', fold: 'count' });
  const share = calcSpec('share', 'o / n', { o: 'open', n: 'all' });
  const store = createFactsStore(
    frame({ signals: [calcSpec('percent', '100 * s', { s: 'share' }), share, open, all] }),
  );
  learn(store, breakers, {
    items: [breaker('a', { state: 'open' }), breaker('b'), breaker('c'), breaker('d')],
  });
  const byId = Object.fromEntries(
    buildSnapshot(store.getState(), noon).signals.map((row) => [row.id, row.value]),
  );
  expect(byId).toEqual({ open: 1, all: 4, share: 0.25, percent: 25 });
  expect(store.getState().verdicts).toHaveProperty('percent');
});

test('facts are folded again at each reading of their kind; a failed read is unknown', () => {
  const worst = factSpec('worst', { kind: 'breakers', field: 'failureRate', fold: 'max' });
  const store = createFactsStore(frame({ signals: [worst] }));
  learn(store, breakers, { items: [breaker('a', { failureRate: 3 })] }, noon);
  learn(store, breakers, { items: [breaker('a', { failureRate: 8 })] }, noon + second);
  expect([...(store.getState().history.worst ?? [])].map(({ value }) => value)).toEqual([3, 8]);
  learn(store, breakers, { faults: [fault('denied')] }, noon + 2 * second);
  expect(rows(store, 'worst', noon + 2 * second)).toMatchObject([
    {
      level: 'unknown',
      fault: { kind: 'denied', message: 'some breakers unavailable: denied at bus' },
    },
  ]);
});

test('keeps the value of stale facts and marks it stale', () => {
  const store = createFactsStore(frame({ signals: [factSpec('n', { kind: 'breakers', fold: 'count' })] }));
  learn(store, breakers, { items: [breaker('a'), breaker('b')] });
  expect(rows(store, 'n', noon + 20 * second)).toMatchObject([
    { value: 2, stale: true, level: 'unknown', at: noon, verdict: { since: noon + 15 * second } },
  ]);
});

test('a disabled signal makes dependent signals unknown, with the reason', () => {
  const problem = fault('unconfigured', 'POOL is not set (p.yaml:3:5)', '');
  const store = createFactsStore(frame({ signals: [spec('total', { problem }), spec('errors'), ratio()] }));
  learnValues(store, errors, { '': 1 });
  expect(rows(store, 'ratio')).toMatchObject([
    { level: 'unknown', fault: { kind: 'unconfigured', message: 'b (total): POOL is not set (p.yaml:3:5)' } },
  ]);
});

test('a signal calculated from itself, which profiles reject, is unknown and terminates', () => {
  const store = createFactsStore(frame({ signals: [calcSpec('p', 'a + 1', { a: 'p' }), spec('errors')] }));
  learnValues(store, errors, { '': 1 });
  expect(rows(store, 'p')).toMatchObject([{ level: 'unknown' }]);
});

test('a one-shot command ignores forMs', () => {
  const signals = [...base, ratio({ threshold: { warn: { op: '>=', value: 5 }, forMs: 60_000 } })];
  const store = createFactsStore(frame({ signals, memory: false }));
  learnValues(store, errors, { '': 12 });
  learnValues(store, total, { '': 100 });
  expect(rows(store, 'ratio')).toMatchObject([{ level: 'warn' }]);
});

test('raised(…) counts the signals at warn or worse, with the levels of the same tick', () => {
  const signals = [
    calcSpec(
      'state',
      'raised(r) + raised(t)',
      { r: 'ratio', t: 'total' },
      { threshold: { warn: { op: '>', value: 0 } } },
    ),
    spec('errors'),
    spec('total', { threshold: { crit: { op: '>', value: 500 } } }),
    ratio({ threshold: { warn: { op: '>=', value: 5 } } }),
  ];
  for (const memory of [true, false]) {
    const store = createFactsStore(frame({ signals, memory }));
    learnValues(store, errors, { '': 12 });
    learnValues(store, total, { '': 100 });
    expect(rows(store, 'state')).toMatchObject([{ value: 1, level: 'warn' }]);
    learnValues(store, total, { '': 600 });
    expect(rows(store, 'state')).toMatchObject([{ value: 1, level: 'warn' }]);
    learnValues(store, errors, { '': 60 });
    expect(rows(store, 'state')).toMatchObject([{ value: 2, level: 'warn' }]);
  }
});

test('raised(…) is unknown without a level, with the reason, and 0 where noData is ok', () => {
  const state = calcSpec('state', 'raised(e)', { e: 'errors' });
  const judge = (more: Partial<SignalSpec>) => {
    const store = createFactsStore(frame({ signals: [spec('errors', more), state] }));
    learnValues(store, errors, { '': undefined });
    return rows(store, 'state');
  };
  expect(judge({ threshold: { noData: 'ok' } })).toMatchObject([{ value: 0 }]);
  expect(judge({})).toMatchObject([{ level: 'unknown', fault: { message: 'e (errors): no series' } }]);
});
