import { expect, test } from 'vitest';
import { createFactsStore, type FactsStore } from '../../src/store/facts-store.ts';
import { valuesSince } from '../../src/store/signal-history.ts';
import { feedInfo, frame, learn, noon, sample, spec } from '../support/made-facts.ts';

const metrics = feedInfo('bus/metrics', 'samples', { signals: ['q'] });
const second = 1000;
const hour = 3_600_000;
const store = (): FactsStore => createFactsStore(frame({ signals: [spec('q')] }));
const read = (facts: FactsStore, at: number, value: number): void =>
  learn(facts, metrics, { samples: [sample('q', value, { at })] }, at);
const values = (facts: FactsStore, from = 0) => valuesSince(facts.getState(), 'q', from);

test('older values are kept in steps of 15 s', () => {
  const facts = store();
  for (let i = 0; i < 1112; i++) read(facts, noon + i * 2 * second, i);
  const { history, past } = facts.getState();
  expect(history.q).toHaveLength(512);
  expect(past.q?.slice(0, 3)).toEqual([
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
  expect(facts.getState().past.q).toEqual(
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
  expect(facts.getState().history.q).toEqual([{ at: noon, value: 9 }]);
  expect(values(facts, noon - hour).map(({ value }) => value)).toEqual([1, 9]);
});

test('a signal with more than 50 series keeps only its newest values', () => {
  const facts = store();
  for (let i = 0; i < 600; i++) {
    const at = noon + i * hour;
    const samples = Array.from({ length: 51 }, (_, pod) =>
      sample('q', i, { at, labels: { pod: String(pod) } }),
    );
    learn(facts, metrics, { samples }, at);
  }
  expect(facts.getState().past).toEqual({});
});
