import { describe, expect, test } from 'vitest';
import type { AnyFact } from '../../src/domain/facts/facts.ts';
import { formatStateAge } from '../../src/domain/facts/state-start.ts';
import type { BreakerState } from '../../src/kinds/breakers/fact.ts';
import type { Health } from '../../src/kinds/health/fact.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  noon,
  sample,
  spec,
} from '../support/made-facts.ts';

const feed = feedInfo('bus/breakers', 'breakers', { everyMs: 5000, staleMs: 15_000 });

/** Reads the circuit breakers, by name, this many seconds after noon. */
const read = (
  store: FactsStore,
  seconds: number,
  states: Readonly<Record<string, BreakerState>>,
  isPartial = false,
): void =>
  learn(
    store,
    feed,
    {
      items: Object.entries(states).map(([name, state]) => breaker(name, { state })),
      faults: isPartial ? [fault('denied')] : [],
    },
    noon + 1000 * seconds,
  );

const fails = (store: FactsStore, seconds: number): void =>
  learn(store, feed, { faults: [fault('unreachable')] }, noon + 1000 * seconds);

/** The age of each row's state, this many seconds after noon. */
const ages = (store: FactsStore, seconds: number): Readonly<Record<string, string>> => {
  const now = noon + 1000 * seconds;
  const { rows } = buildSnapshot(store.getState(), now).kinds.breakers;
  return Object.fromEntries(rows.map((row) => [row.fact.name, formatStateAge(row, now)]));
};

describe('the start of a state', () => {
  test('of the first reading is not observed', () => {
    const store = createFactsStore(frame());
    read(store, 0, { psp: 'open' });
    read(store, 5, { psp: 'open' });
    expect(ages(store, 6)).toEqual({ psp: '≥6s' });
  });

  test('is observed when another state was read before', () => {
    const store = createFactsStore(frame());
    read(store, 0, { psp: 'closed', stock: 'closed' });
    read(store, 5, { psp: 'open', stock: 'closed' });
    expect(ages(store, 6)).toEqual({ psp: '1s', stock: '≥6s' });
  });

  test('is not observed when the state was unknown before', () => {
    const store = createFactsStore(frame());
    read(store, 0, { psp: 'unknown' });
    read(store, 5, { psp: 'open' });
    read(store, 10, { psp: 'unknown' });
    expect(ages(store, 9)).toEqual({ psp: '0s' });
    read(store, 15, { psp: 'open' });
    expect(ages(store, 16)).toEqual({ psp: '≥1s' });
  });

  test('of two states that are one problem is that of the first', () => {
    const store = createFactsStore(frame());
    read(store, 0, { psp: 'open' });
    read(store, 5, { psp: 'half-open' });
    expect(ages(store, 6)).toEqual({ psp: '≥6s' });
  });

  test('of a trend that needs two readings is not observed', () => {
    const store = createFactsStore(frame());
    const groups = feedInfo('bus/lag', 'lag');
    learn(store, groups, { items: [lag('orders', { motion: 'unknown' })] }, noon);
    learn(store, groups, { items: [lag('orders', { motion: 'falling-behind' })] }, noon + 5000);
    const [row] = buildSnapshot(store.getState(), noon + 6000).kinds.lag.rows;
    expect(formatStateAge(row ?? {}, noon + 6000)).toBe('≥1s');
  });
});

describe('the start of a level that only a number gives', () => {
  const checks = feedInfo('bus/health', 'health', { everyMs: 5000, staleMs: 15_000 });
  const limits = { health: { warn: '>=1000', crit: '>=5000', degraded: 'ok' } };
  const slow = (store: FactsStore, seconds: number, status: Health['status'], latencyMs: number): string => {
    learn(store, checks, { items: [health('api', { status, latencyMs })] }, noon + 1000 * seconds);
    const [row] = buildSnapshot(store.getState(), noon + 1000 * seconds).kinds.health.rows;
    return `${row?.level} ${formatStateAge(row ?? {}, noon + 1000 * seconds)}`;
  };

  test('is that of the level, not of the state', () => {
    const store = createFactsStore(frame({ limits }));
    expect(slow(store, 0, 'up', 20)).toBe('ok ≥0s');
    expect(slow(store, 10, 'up', 20)).toBe('ok ≥10s');
    expect(slow(store, 15, 'up', 1900)).toBe('warn 0s');
    expect(slow(store, 20, 'up', 2100)).toBe('warn 5s');
    expect(slow(store, 25, 'up', 5100)).toBe('crit 0s');
    expect(slow(store, 30, 'up', 20)).toBe('ok 0s');
  });

  test('does not restart with the state', () => {
    const store = createFactsStore(frame({ limits }));
    slow(store, 0, 'up', 20);
    slow(store, 5, 'up', 1900);
    expect(slow(store, 10, 'degraded', 1900)).toBe('warn 5s');
    expect(slow(store, 12, 'up', 1900)).toBe('warn 7s');
  });

  test('goes on while the number has the level, also if the state gets it too', () => {
    const store = createFactsStore(frame({ limits: { health: { warn: '>=1000' } } }));
    slow(store, 0, 'up', 20);
    slow(store, 5, 'up', 1900);
    expect(slow(store, 10, 'degraded', 1900)).toBe('warn 5s');
    expect(slow(store, 15, 'degraded', 20)).toBe('warn 0s');
    expect(slow(store, 20, 'degraded', 1900)).toBe('warn 5s');
  });
});

describe('an object that appears', () => {
  test('has an observed start if the reading before was complete', () => {
    const store = createFactsStore(frame());
    read(store, 0, { psp: 'closed' });
    read(store, 5, { psp: 'closed', stock: 'open' });
    expect(ages(store, 6)).toEqual({ psp: '≥6s', stock: '1s' });
  });

  test('has none if the reading before had faults', () => {
    const store = createFactsStore(frame());
    read(store, 0, { psp: 'closed' }, true);
    read(store, 5, { psp: 'closed', stock: 'open' });
    expect(ages(store, 6).stock).toBe('≥1s');
  });

  test('has none if the reading before failed', () => {
    const store = createFactsStore(frame());
    read(store, 0, { psp: 'closed' });
    fails(store, 5);
    read(store, 10, { psp: 'closed', stock: 'open' });
    expect(ages(store, 11).stock).toBe('≥1s');
  });
});

describe('after a time without data', () => {
  const unreachable = (): FactsStore => {
    const store = createFactsStore(frame());
    read(store, 0, { psp: 'closed', stock: 'closed' });
    read(store, 5, { psp: 'closed', stock: 'open' });
    for (const seconds of [10, 15, 20, 25]) fails(store, seconds);
    return store;
  };

  test('a changed state may have begun while there was none', () => {
    const store = unreachable();
    read(store, 30, { psp: 'open', stock: 'open' });
    expect(ages(store, 31).psp).toBe('≥1s');
  });

  test('the same state has been seen since then, and keeps its first reading', () => {
    const store = unreachable();
    read(store, 30, { psp: 'open', stock: 'open' });
    read(store, 35, { psp: 'open', stock: 'open' });
    expect(ages(store, 36).stock).toBe('≥6s');
    const [, stock] = buildSnapshot(store.getState(), noon + 36_000).kinds.breakers.rows;
    expect(stock?.since).toBe(noon + 5000);
  });

  test('a change that is read later is observed again', () => {
    const store = unreachable();
    read(store, 30, { psp: 'open', stock: 'open' });
    read(store, 35, { psp: 'open', stock: 'closed' });
    expect(ages(store, 36)).toEqual({ psp: '≥6s', stock: '1s' });
  });

  test('a single failed reading is none', () => {
    const store = createFactsStore(frame());
    read(store, 0, { psp: 'closed' });
    fails(store, 5);
    read(store, 10, { psp: 'open' });
    expect(ages(store, 11).psp).toBe('1s');
  });
});

describe('the start of a level of a signal', () => {
  const limits = { warn: { op: '>=', value: 5 }, crit: { op: '>=', value: 10 } } as const;
  const prom = feedInfo('prom/errors', 'samples', { staleMs: 15_000, signals: ['errors'] });

  const judged = (threshold: object = {}) => {
    const store = createFactsStore(
      frame({ signals: [spec('errors', { threshold: { ...limits, ...threshold } })] }),
    );
    const value = (seconds: number, ...values: readonly (number | undefined)[]): void =>
      learn(
        store,
        prom,
        {
          samples: values.map((amount, index) =>
            sample('errors', amount ?? 0, {
              source: 'prom',
              labels: index === 0 ? {} : { instance: `i${index}` },
            }),
          ),
        },
        noon + 1000 * seconds,
      );
    const loses = (seconds: number): void =>
      learn(store, prom, { faults: [fault('unreachable')] }, noon + 1000 * seconds);
    const age = (seconds: number, of = 0): string => {
      const now = noon + 1000 * seconds;
      const { verdict, level } = buildSnapshot(store.getState(), now).signals[of] ?? {};
      return `${level} ${formatStateAge(verdict ?? {}, now)}`;
    };
    return { value, loses, age };
  };

  test('of the first value is not observed, that of a change is', () => {
    const { value, age } = judged();
    value(0, 12);
    expect(age(3)).toBe('crit ≥3s');
    value(5, 1);
    expect(age(6)).toBe('ok 1s');
    value(10, 12);
    expect(age(11)).toBe('crit 1s');
  });

  test('that `for` delays is not observed if the first value was already beyond the limit', () => {
    const { value, age } = judged({ forMs: 10_000 });
    for (const seconds of [0, 5, 10]) value(seconds, 12);
    expect(age(11)).toBe('crit ≥1s');
    value(15, 1);
    for (const seconds of [20, 25, 30]) value(seconds, 12);
    expect(age(31)).toBe('crit 1s');
  });

  test('after a time without data is not observed, the loss is', () => {
    const { value, loses, age } = judged();
    value(0, 1);
    value(5, 12);
    for (const seconds of [10, 15, 20, 25]) loses(seconds);
    expect(age(26)).toBe('unknown 1s');
    value(30, 12);
    expect(age(31)).toBe('crit ≥1s');
  });

  test('after readings that never ended is not observed', () => {
    const { value, age } = judged();
    value(0, 1);
    value(60, 12);
    expect(age(61)).toBe('crit ≥1s');
  });

  test('of a new series is observed if the reading before had others', () => {
    const { value, age } = judged();
    value(0, 1);
    value(5, 1, 12);
    expect([age(6), age(6, 1)]).toEqual(['ok ≥6s', 'crit 1s']);
  });
});

describe('a level that the first value already had', () => {
  const errors = (threshold: object = {}) =>
    spec('errors', { threshold: { crit: { op: '>=', value: 10 }, ...threshold } });
  const prom = feedInfo('prom/errors', 'samples', { staleMs: 15_000, signals: ['errors'] });

  /** Values this many seconds before noon, as the source's own history returns them. */
  const points = (...values: readonly (readonly [number, number])[]) =>
    values.map(([ago, value]) => ({ at: noon - 1000 * ago, value, stepMs: 15_000 }));
  const recalled = (of: ReturnType<typeof points>) =>
    ({ is: 'recalled', points: new Map([['errors', of]]) }) as const;

  const age = (store: FactsStore): string => {
    const [row] = buildSnapshot(store.getState(), noon).signals;
    return formatStateAge(row?.verdict ?? {}, noon);
  };
  const opened = (threshold?: object): FactsStore =>
    createFactsStore(frame({ signals: [errors(threshold)] }));
  const first = (store: FactsStore): void =>
    learn(store, prom, { samples: [sample('errors', 12, { source: 'prom', at: noon - 3000 })] }, noon - 3000);

  const rise = points([75, 1], [60, 11], [45, 14], [30, 12], [15, 12]);

  test('began when the history of its source says so', () => {
    const store = opened();
    first(store);
    store.apply([recalled(rise)], noon);
    expect(age(store)).toBe('1m');
  });

  test('began when the values of an earlier cockpit say so', () => {
    const store = opened();
    store.apply([recalled(rise)], noon - 10_000);
    first(store);
    expect(age(store)).toBe('1m');
    learn(store, prom, { samples: [sample('errors', 12, { source: 'prom', at: noon })] }, noon);
    expect(age(store)).toBe('1m');
  });

  test.each([
    ['has a gap', points([75, 1], [60, 11], [15, 12]), undefined],
    ['never had another level', points([30, 12], [15, 12]), undefined],
    ['ends too early', points([600, 1], [585, 12]), undefined],
    ['cannot show how long `for` has lasted', rise, { forMs: 1000 }],
  ])('has no known start if the history %s', (_, values, threshold) => {
    const store = opened(threshold);
    first(store);
    learn(store, prom, { samples: [sample('errors', 12, { source: 'prom', at: noon - 1000 })] }, noon - 1000);
    store.apply([recalled(values)], noon);
    expect(age(store)).toMatch(/^≥/);
  });

  test.each([
    ['has lasted for longer than `for`: the level rises with the next value', rise, 45_000, 'crit'],
    ['has lasted for a shorter time than `for`', rise, 120_000, 'ok'],
    [
      'was within the limit in between',
      points([75, 11], [60, 11], [45, 1], [30, 12], [15, 12]),
      45_000,
      'ok',
    ],
    ['has a gap', points([75, 11], [60, 11], [15, 12]), 45_000, 'ok'],
    ['has steps that are as long as `for`, so that it may have been well between them', rise, 15_000, 'ok'],
  ])('a value that %s', (_, values, forMs, level) => {
    const store = opened({ forMs });
    first(store);
    store.apply([recalled(values)], noon - 2000);
    learn(store, prom, { samples: [sample('errors', 12, { source: 'prom', at: noon - 1000 })] }, noon - 1000);
    const [row] = buildSnapshot(store.getState(), noon).signals;
    expect(row?.verdict?.level).toBe(level);
  });
});

test('an unchanged reading keeps its rows', () => {
  const store = createFactsStore(frame());
  const items: readonly AnyFact[] = [breaker('psp')];
  learn(store, feed, { items }, noon);
  const before = buildSnapshot(store.getState(), noon).kinds.breakers.rows;
  learn(store, feed, { items }, noon + 5000);
  expect(buildSnapshot(store.getState(), noon + 5000).kinds.breakers.rows[0]).toBe(before[0]);
});
