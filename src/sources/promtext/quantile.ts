/** How many observations were at most `le`. */
export interface Bucket {
  readonly le: number;
  readonly count: number;
}

/** Buckets with the same bound added up, in the order of their bounds; a count is never less than the one before it. */
const tidy = (buckets: readonly Bucket[]): readonly Bucket[] => {
  const byBound = new Map<number, number>();
  for (const { le, count } of buckets) byBound.set(le, (byBound.get(le) ?? 0) + count);
  let most = 0;
  return [...byBound]
    .sort(([a], [b]) => a - b)
    .map(([le, count]) => {
      most = Math.max(most, count);
      return { le, count: most };
    });
};

/**
 * The value below which a share `q` (0..1) of the observations lies: linear inside the bucket that holds it. The first
 * bucket begins at 0 (one whose bound is not above 0 has no width: its bound is the answer); what lies in the last one,
 * +Inf, is told as the bound below it. Undefined without a +Inf bucket, without another one, or where nothing was observed.
 * Source: Prometheus, histogram_quantile.
 */
export const bucketQuantile = (q: number, written: readonly Bucket[]): number | undefined => {
  const buckets = tidy(written);
  const last = buckets.at(-1);
  const lastBound = buckets.at(-2)?.le;
  if (last === undefined || lastBound === undefined || last.le !== Number.POSITIVE_INFINITY) return undefined;
  if (!(last.count > 0)) return undefined;
  const rank = q * last.count;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[index];
  if (bucket === undefined || bucket === last) return lastBound;
  const below = buckets[index - 1] ?? { le: 0, count: 0 };
  if (index === 0 && bucket.le <= 0) return bucket.le;
  const inside = bucket.count - below.count;
  return inside === 0 ? undefined : below.le + (bucket.le - below.le) * ((rank - below.count) / inside);
};
