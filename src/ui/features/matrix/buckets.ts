import type { Millis } from '../../../domain/fault.ts';
import type { Point } from '../../../store/facts.ts';

/** A stretch of time in equal parts. */
export interface Span {
  readonly from: Millis;
  readonly cellMs: number;
  readonly cells: number;
}

/** Sum and number of the values that fall into each part. */
export interface Buckets {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

export const bucketsOf = (cells: number): Buckets => ({
  sums: new Float64Array(cells),
  counts: new Float64Array(cells),
});

/** The index of the first point behind `after`; points are in the order of time. */
const firstAfter = (points: readonly Point[], after: Millis): number => {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Adds the points that lie in the span, its end included, and behind `after`. They are in the order of time: those of one part come together. */
export const fill = (
  { sums, counts }: Buckets,
  points: readonly Point[],
  { from, cellMs, cells }: Span,
  after: Millis = Number.NEGATIVE_INFINITY,
): void => {
  const until = from + cells * cellMs;
  let [cell, cellEnd, sum, count] = [0, from + cellMs, 0, 0];
  const put = (): void => {
    sums[cell] = (sums[cell] ?? 0) + sum;
    counts[cell] = (counts[cell] ?? 0) + count;
  };
  for (let index = firstAfter(points, Math.max(after, from - 1)); index < points.length; index++) {
    const point = points[index];
    if (point === undefined || point.at > until) break;
    if (point.at < from) continue;
    if (point.at >= cellEnd && cell < cells - 1) {
      put();
      [sum, count] = [0, 0];
      cell = Math.min(cells - 1, Math.floor((point.at - from) / cellMs));
      cellEnd = from + (cell + 1) * cellMs;
    }
    sum += point.value;
    count++;
  }
  if (count > 0) put();
};

/** The mean of each part; a part without a value has that of the last one before it, at most `holdMs` back, else NaN. */
export const meansOf = ({ sums, counts }: Buckets, { cellMs, cells }: Span, holdMs: Millis): Float64Array => {
  const reach = Math.ceil(holdMs / cellMs);
  const means = new Float64Array(cells);
  let last = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < cells; cell++) {
    if ((counts[cell] ?? 0) > 0) last = cell;
    means[cell] = cell - last > reach ? Number.NaN : (sums[last] ?? 0) / (counts[last] ?? 1);
  }
  return means;
};
