import { expect, test } from 'vitest';
import { createOffsetHistory } from '../../../src/sources/kafka/offset-history.ts';

const sample = (time: number, committed: number, end = committed + 10) => ({
  at: time,
  committed: BigInt(committed),
  end: BigInt(end),
});
const ages = (samples: readonly { readonly at: number }[]): readonly number[] => samples.map(({ at }) => at);

test('the window holds recent samples, separately for each partition', () => {
  const history = createOffsetHistory(10_000);
  for (const position of [0, 5000, 10_000]) history.add('a', sample(position, position));
  expect(ages(history.add('a', sample(15_000, 15_000)))).toEqual([5000, 10_000, 15_000]);
  expect(ages(history.add('b', sample(15_000, 0)))).toEqual([15_000]);
});

test('a second sample at the same time replaces the first', () => {
  const history = createOffsetHistory(10_000);
  history.add('a', sample(0, 1));
  expect(history.add('a', sample(0, 2))).toEqual([sample(0, 2)]);
});

test('decreasing offsets restart the history: a reset, or a recreated topic', () => {
  const history = createOffsetHistory(60_000);
  history.add('a', sample(0, 100));
  expect(ages(history.add('a', sample(5000, 50)))).toEqual([5000]);
  expect(ages(history.add('a', sample(10_000, 50, 55)))).toEqual([10_000]);
});

test('frequent reads do not enlarge the window, and its start is kept', () => {
  const history = createOffsetHistory(60_000);
  let samples: readonly { readonly at: number }[] = [];
  for (let index = 0; index <= 60_000; index += 100) samples = history.add('a', sample(index, index));
  expect(samples.length).toBeLessThan(30);
  expect(samples[0]?.at).toBe(0);
  expect(samples.at(-1)?.at).toBe(60_000);
});

test('a partition not seen for a whole window is removed', () => {
  const history = createOffsetHistory(1000);
  history.add('a', sample(0, 1));
  history.prune(5000);
  expect(ages(history.add('a', sample(900, 2)))).toEqual([900]);
});
