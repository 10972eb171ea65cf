import type { Millis } from '../../../domain/fault.ts';
import type { SignalSpec } from '../../../domain/profile.ts';
import { feedsOfSignals } from '../../../store/derived-signals.ts';
import type { FactsState, TimedValue } from '../../../store/facts.ts';
import type { TextPen } from '../../text/pen.ts';
import { sparkline } from '../../text/spark.ts';

/** A time range divided into equal cells. */
interface BucketRange {
  readonly from: Millis;
  readonly cellMs: number;
  readonly cells: number;
}

/** Sum and number of the values per cell. */
interface TimeBuckets {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

export const createBuckets = (cells: number): TimeBuckets => ({
  sums: new Float64Array(cells),
  counts: new Float64Array(cells),
});

/** The index of the first point later than `after`. Points must be in time order. */
const firstAfter = (points: readonly TimedValue[], after: Millis): number => {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Adds the points within the range (inclusive end) and later than `after`. Points must be in time order. */
export const fillBuckets = (
  { sums, counts }: TimeBuckets,
  points: readonly TimedValue[],
  { from, cellMs, cells }: BucketRange,
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

/** The mean of each cell. Empty cells repeat the last mean for at most `holdMs`, then NaN. */
export const bucketMeans = (
  { sums, counts }: TimeBuckets,
  { cellMs, cells }: BucketRange,
  holdMs: Millis,
): Float64Array => {
  const reach = Math.ceil(holdMs / cellMs);
  const means = new Float64Array(cells);
  let last = Number.NEGATIVE_INFINITY;
  for (let cell = 0; cell < cells; cell++) {
    if ((counts[cell] ?? 0) > 0) last = cell;
    means[cell] = cell - last > reach ? Number.NaN : (sums[last] ?? 0) / (counts[last] ?? 1);
  }
  return means;
};

const lifetimes = new WeakMap<FactsState['frame'], Map<string, Millis>>();

/** The lifetime of a value of a signal: its own staleness limit, else that of its slowest feed. In ms; 0 if unknown. */
export const valueLifetimeMs = (spec: SignalSpec, { frame, feeds }: FactsState): Millis => {
  if (spec.threshold.staleMs !== undefined) return spec.threshold.staleMs;
  const known = lifetimes.get(frame) ?? new Map<string, Millis>();
  lifetimes.set(frame, known);
  const cached = known.get(spec.id);
  if (cached !== undefined) return cached;
  const into = feedsOfSignals(frame);
  const slow = Object.values(feeds).flatMap(({ feed }) => (into(feed, spec) ? [feed.staleMs] : []));
  if (slow.length === 0) return 0;
  const longest = Math.max(...slow);
  known.set(spec.id, longest);
  return longest;
};

/** A cached sparkline with its inputs. */
interface Line {
  readonly beat: number;
  /** The point lists it was drawn from; of the older list the first point, which stays the same while points are appended. */
  readonly recent: readonly TimedValue[];
  readonly oldest: TimedValue | undefined;
  readonly lastAt: Millis;
  readonly buckets: TimeBuckets;
  readonly text: string;
}

/** Maximum cached sparklines, more than fit a screen. */
const maxCachedLines = 4000;
const drawn = new WeakMap<FactsState['frame'], Map<string, Line>>();

const linesOf = (frame: FactsState['frame']): Map<string, Line> => {
  const cached = drawn.get(frame);
  if (cached !== undefined && cached.size < maxCachedLines) return cached;
  const made = new Map<string, Line>();
  drawn.set(frame, made);
  return made;
};

const none: readonly TimedValue[] = [];

interface SparklineOptions {
  readonly now: Millis;
  readonly spanMs: Millis;
  readonly cells: number;
  readonly pen: TextPen;
}

/** True if all points since the last drawing were appended at the end. */
const isAppended = (
  line: Line | undefined,
  beat: number,
  recent: readonly TimedValue[],
  oldest: TimedValue | undefined,
): line is Line =>
  line?.beat === beat && line.oldest === oldest && (recent[0]?.at ?? Number.POSITIVE_INFINITY) <= line.lastAt;

/**
 * Renders a series over the last `spanMs` in `cells` steps. Cells start at multiples of their duration, so the line does
 * not shift between readings. Until the next cell starts, only new points are added to the cached sums.
 */
export const renderSparkline = (
  spec: SignalSpec,
  key: string,
  facts: FactsState,
  { now, spanMs, cells, pen }: SparklineOptions,
): string => {
  const cellMs = spanMs / cells;
  const beat = Math.floor(now / cellMs) + 1;
  const span = { from: (beat - cells) * cellMs, cellMs, cells };
  const recent = facts.history[key] ?? none;
  const past = facts.past[key] ?? none;
  const lines = linesOf(facts.frame);
  const id = `${cells}/${spanMs}/${pen.sparkSteps}/${key}`;
  const cached = lines.get(id);
  const same = isAppended(cached, beat, recent, past[0]) ? cached : undefined;
  if (same?.recent === recent) return same.text;
  const buckets = same?.buckets ?? createBuckets(cells);
  if (same === undefined) fillBuckets(buckets, past, span);
  fillBuckets(buckets, recent, span, same?.lastAt);
  const text = sparkline(
    bucketMeans(buckets, span, valueLifetimeMs(spec, facts)),
    pen.sparkSteps,
    pen.ascii ? ' ' : '·',
  );
  const lastAt = recent.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  lines.set(id, { beat, recent, oldest: past[0], lastAt, buckets, text });
  return text;
};
