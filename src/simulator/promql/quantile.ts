import type { Labels } from '../exposition/family.ts';
import { keepLabels, keyOf, type VectorSample } from './value.ts';

interface Bucket {
  readonly bound: number;
  readonly count: number;
}

const boundOf = (le: string | undefined): number | undefined => {
  if (le === undefined) return undefined;
  const bound = /^\+?inf$/i.test(le) ? Number.POSITIVE_INFINITY : Number(le);
  return le === '' || Number.isNaN(bound) ? undefined : bound;
};

/** In order, equal bounds added up, and no count below the one before it. */
const tidy = (buckets: readonly Bucket[]): readonly Bucket[] => {
  const summed = new Map<number, number>();
  for (const { bound, count } of [...buckets].sort((a, b) => a.bound - b.bound))
    summed.set(bound, (summed.get(bound) ?? 0) + count);
  let highest = Number.NEGATIVE_INFINITY;
  return [...summed].map(([bound, count]) => {
    highest = Math.max(highest, count);
    return { bound, count: highest };
  });
};

/** Source: Prometheus, promql/quantile.go, bucketQuantile: linear inside a bucket, the last bound above all. */
const bucketQuantile = (q: number, all: readonly Bucket[]): number => {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0 || q > 1) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const buckets = tidy(all);
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined || last.bound !== Number.POSITIVE_INFINITY) return Number.NaN;
  if (buckets.length < 2 || last.count === 0 || Number.isNaN(last.count)) return Number.NaN;
  const rank = q * last.count;
  const found = buckets.slice(0, -1).findIndex(({ count }) => count >= rank);
  if (found === -1) return buckets.at(-2)?.bound ?? Number.NaN;
  if (found === 0 && first.bound <= 0) return first.bound;
  const { bound, count } = buckets[found] ?? first;
  const below = found === 0 ? { bound: 0, count: 0 } : (buckets[found - 1] ?? first);
  return below.bound + ((bound - below.bound) * (rank - below.count)) / (count - below.count);
};

/** `histogram_quantile`: one value per set of labels, `le` and name left out. */
export const histogramQuantile = (q: number, samples: readonly VectorSample[]): readonly VectorSample[] => {
  const groups = new Map<string, { metric: Labels; buckets: Bucket[] }>();
  for (const { metric, value } of samples) {
    const bound = boundOf(metric.le);
    if (bound === undefined) continue;
    const rest = keepLabels(metric, false, ['le']);
    const key = keyOf(rest);
    const group = groups.get(key) ?? { metric: rest, buckets: [] };
    group.buckets.push({ bound, count: value });
    groups.set(key, group);
  }
  return [...groups.values()].map(({ metric, buckets }) => ({ metric, value: bucketQuantile(q, buckets) }));
};
