import { expect, test } from 'vitest';
import type { TimedValue, ValueSeries } from '../../src/domain/facts/value-series.ts';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { valuesSince } from '../../src/store/signal-history.ts';
import { calcSpec } from '../support/derived-specs.ts';
import { longTest } from '../support/layer.ts';
import { feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';

const metrics = feedInfo('bus/metrics', 'samples', { signals: ['q'] });
const second = 1000;
const hour = 3_600_000;
const store = (): FactsStore => createFactsStore(frame({ signals: [spec('q')] }));
const read = (facts: FactsStore, at: number, value: number): void =>
  learn(facts, metrics, { samples: [sample('q', value, { at })] }, at);
/** The points of a series, to be compared with literals. */
const pointsOf = (series: ValueSeries | undefined): readonly TimedValue[] => [...(series ?? [])];
const values = (facts: FactsStore, from = 0) => [...valuesSince(facts.getState(), 'q', from)];

longTest('older values are kept in steps of 15 s', () => {
  const facts = store();
  for (let i = 0; i < 1112; i++) read(facts, noon + i * 2 * second, i);
  const { history, past } = facts.getState();
  expect(history.q).toHaveLength(512);
  expect(pointsOf(past.q?.slice(0, 3))).toEqual([
    { at: noon, value: 0 },
    { at: noon + 16 * second, value: 8 },
    { at: noon + 32 * second, value: 16 },
  ]);
  expect(past.q).toHaveLength(75);
  const all = values(facts);
  expect(all).toHaveLength(587);
  expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => a - b));
  expect(values(facts, noon + 1190 * second)[0]).toEqual({ at: noon + 1200 * second, value: 600 });
});

test('drops values older than a day', () => {
  const facts = store();
  for (let i = 0; i < 600; i++) read(facts, noon + i * hour, i);
  expect(pointsOf(facts.getState().past.q)).toEqual(
    [{ at: noon + 64 * hour, value: 64 }].concat(
      Array.from({ length: 23 }, (_, i) => ({ at: noon + (65 + i) * hour, value: 65 + i })),
    ),
  );
});

test('recalled values precede new ones, and gaps remain', () => {
  const facts = store();
  read(facts, noon, 9);
  const points = [3, 2, 1, 0].map((ago) => ({ at: noon - ago * hour, value: ago }));
  facts.apply([{ is: 'recalled', points: new Map([['q', points]]) }], noon);
  expect(values(facts)).toEqual([
    { at: noon - 3 * hour, value: 3 },
    { at: noon - 2 * hour, value: 2 },
    { at: noon - hour, value: 1 },
    { at: noon, value: 9 },
  ]);
  expect(pointsOf(facts.getState().history.q)).toEqual([{ at: noon, value: 9 }]);
  expect(values(facts, noon - hour).map(({ value }) => value)).toEqual([1, 9]);
});

longTest('a signal with more than 50 series keeps only its newest values', () => {
  const facts = store();
  for (let i = 0; i < 600; i++) {
    const time = noon + i * hour;
    const samples = Array.from({ length: 51 }, (_, pod) =>
      sample('q', i, { at: time, labels: { pod: String(pod) } }),
    );
    learn(facts, metrics, { samples }, time);
  }
  expect(facts.getState().past).toEqual({});
});

test('the history of a source fills the gaps of earlier cockpits, and nothing between their values', () => {
  const facts = store();
  read(facts, noon, 9);
  const own = [60, 59.75, 59.5, 2, 1].map((ago) => ({ at: noon - ago * 60 * second, value: ago }));
  facts.apply([{ is: 'recalled', points: new Map([['q', own]]) }], noon);
  const stepMs = 60 * second;
  const queried = [61, 60, 59, 58, 2, 1, 0].map((ago) => ({
    at: noon - ago * stepMs,
    value: 100 + ago,
    stepMs,
  }));
  facts.apply([{ is: 'recalled', points: new Map([['q', queried]]) }], noon);
  expect(values(facts).map(({ value }) => value)).toEqual([161, 60, 59.75, 59.5, 159, 158, 2, 1, 9]);
});

test('calculated signals get the history of their operands, at steps that all of them have', () => {
  const stepMs = 60 * second;
  const ratio = calcSpec('ratio', '100 * a / b', { a: 'errors', b: 'total' });
  const facts = createFactsStore(frame({ signals: [spec('errors'), spec('total'), ratio] }));
  const feed = feedInfo('bus/metrics', 'samples', { signals: ['errors', 'total'] });
  learn(facts, feed, { samples: [sample('errors', 1), sample('total', 10)] });
  const series = (
    key: string,
    byMinute: Readonly<Record<number, number>>,
    is: 'recalled' | 'compared' = 'recalled',
  ) =>
    facts.apply(
      [
        {
          is,
          points: new Map([
            [
              key,
              Object.entries(byMinute)
                .map(([ago, value]) => ({ at: noon - Number(ago) * stepMs, value, stepMs }))
                .toReversed(),
            ],
          ]),
        },
      ],
      noon,
    );
  series('errors', { 1: 2, 2: 3, 3: 4 });
  expect(facts.getState().past.ratio).toBeUndefined();
  series('total', { 1: 10, 3: 100, 4: 10 });
  expect(pointsOf(facts.getState().past.ratio)).toEqual([
    { at: noon - 3 * stepMs, value: 4, stepMs },
    { at: noon - stepMs, value: 20, stepMs },
  ]);
  series('errors', { 1000: 1 }, 'compared');
  series('total', { 1000: 50 }, 'compared');
  expect(pointsOf(facts.getState().compared.ratio)).toEqual([{ at: noon - 1000 * stepMs, value: 2, stepMs }]);
});

test('values for a comparison replace each other, and go with their series', () => {
  const facts = store();
  read(facts, noon, 9);
  for (const value of [1, 2])
    facts.apply([{ is: 'compared', points: new Map([['q', [{ at: noon - 24 * hour, value }]]]) }], noon);
  expect(pointsOf(facts.getState().compared.q)).toEqual([{ at: noon - 24 * hour, value: 2 }]);
  const wrong = { kind: 'wrong-system', source: 'bus', message: 'another system', at: noon } as const;
  facts.apply([{ is: 'forgotten', feed: metrics.id, fault: wrong }], noon);
  expect(facts.getState().compared).toEqual({});
});
