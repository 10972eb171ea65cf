import { expect, test } from 'vitest';
import { bucketQuantile, type HistogramBucket } from '../../../src/sources/promtext/read-signal.ts';

const inf = Number.POSITIVE_INFINITY;
const buckets = (...pairs: readonly (readonly [number, number])[]): readonly HistogramBucket[] =>
  pairs.map(([le, count]) => ({ le, count }));
/** 10 up to 0.1, 40 up to 0.5, 50 up to 1, none above. */
const usual = buckets([0.1, 10], [0.5, 50], [1, 100], [inf, 100]);

test.each<[string, number, readonly HistogramBucket[], number | undefined]>([
  ['the middle of a bucket', 0.75, usual, 0.75],
  ['the end of a bucket', 0.5, usual, 0.5],
  ['inside the first one, which starts at 0', 0.05, usual, 0.05],
  ['0 is the start of the first one', 0, usual, 0],
  ['1 is the end of the last nonempty one', 1, usual, 1],
  ['inside the second one', 0.3, usual, 0.1 + 0.4 * (20 / 40)],
  ['above all bounds: the highest bound', 0.99, buckets([1, 10], [2, 20], [inf, 100]), 2],
  ['a first bucket with a bound of 0 or less has no width', 0.05, buckets([-5, 10], [0, 50], [inf, 100]), -5],
  [
    'below 0, from the second bucket on, it is interpolated linearly',
    0.3,
    buckets([-5, 10], [0, 50], [inf, 100]),
    -5 + 5 * (20 / 40),
  ],
  ['a first bucket of 0', 0.1, buckets([0, 50], [inf, 100]), 0],
  ['buckets in any order', 0.75, [...usual].reverse(), 0.75],
  ['buckets with the same bound are added', 0.75, [...usual, ...usual], 0.75],
  ['a count below the previous one is raised to it', 0.5, buckets([1, 50], [2, 40], [inf, 100]), 1],
  ['a quarter of an observation', 0.5, buckets([1, 0.25], [inf, 0.25]), 0.5],
  ['no observations', 0.5, buckets([1, 0], [inf, 0]), undefined],
  ['no +Inf bucket', 0.5, buckets([1, 10], [2, 20]), undefined],
  ['only a +Inf bucket', 0.5, buckets([inf, 20]), undefined],
  ['no buckets', 0.5, [], undefined],
  ['a count that is NaN', 0.5, buckets([1, Number.NaN], [inf, 5]), undefined],
  ['0 of a histogram with an empty first bucket', 0, buckets([1, 0], [2, 5], [inf, 5]), undefined],
])('%s', (_, q, all, expected) => {
  const value = bucketQuantile(q, all);
  if (expected === undefined) expect(value).toBeUndefined();
  else expect(value).toBeCloseTo(expected, 12);
});
