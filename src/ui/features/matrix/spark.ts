import type { Millis } from '../../../domain/fault.ts';
import type { SignalSpec } from '../../../domain/profile.ts';
import { feedsOfSignals } from '../../../store/derived-signals.ts';
import type { FactsState, TimedValue } from '../../../store/facts.ts';
import type { TextPen } from '../../text/pen.ts';
import { sparkline } from '../../text/spark.ts';

/** A stretch of time in equal parts. */
interface BucketRange {
  readonly from: Millis;
  readonly cellMs: number;
  readonly cells: number;
}

/** Sum and number of the values that fall into each part. */
interface TimeBuckets {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

export const createBuckets = (cells: number): TimeBuckets => ({
  sums: new Float64Array(cells),
  counts: new Float64Array(cells),
});

/** The index of the first point behind `after`; points are in the order of time. */
const firstAfter = (points: readonly TimedValue[], after: Millis): number => {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.at ?? 0) <= after) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Adds the points that lie in the span, its end included, and behind `after`. They are in the order of time: those of one part come together. */
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

/** The mean of each part; a part without a value has that of the last one before it, at most `holdMs` back, else NaN. */
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

const holding = new WeakMap<FactsState['frame'], Map<string, Millis>>();

/** How long a value of a signal is believed: its own measure, or else that of the slowest feed behind it. */
export const valueLifetimeMs = (spec: SignalSpec, { frame, feeds }: FactsState): Millis => {
  if (spec.threshold.staleMs !== undefined) return spec.threshold.staleMs;
  const known = holding.get(frame) ?? new Map<string, Millis>();
  holding.set(frame, known);
  const had = known.get(spec.id);
  if (had !== undefined) return had;
  const into = feedsOfSignals(frame);
  const slow = Object.values(feeds).flatMap(({ feed }) => (into(feed, spec) ? [feed.staleMs] : []));
  if (slow.length === 0) return 0;
  const longest = Math.max(...slow);
  known.set(spec.id, longest);
  return longest;
};

/** A line as it was drawn last, with what it was made of. */
interface Line {
  readonly beat: number;
  /** The lists that it was made of; of the older one its beginning, which stays while values are only added. */
  readonly recent: readonly TimedValue[];
  readonly oldest: TimedValue | undefined;
  readonly lastAt: Millis;
  readonly buckets: TimeBuckets;
  readonly text: string;
}

/** More lines than any screen has: what is not drawn any more is let go. */
const linesKept = 4000;
const drawn = new WeakMap<FactsState['frame'], Map<string, Line>>();

const linesOf = (frame: FactsState['frame']): Map<string, Line> => {
  const had = drawn.get(frame);
  if (had !== undefined && had.size < linesKept) return had;
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

/** True when all that came since the line was drawn came at the end. */
const goesOn = (
  line: Line | undefined,
  beat: number,
  recent: readonly TimedValue[],
  oldest: TimedValue | undefined,
): line is Line =>
  line?.beat === beat && line.oldest === oldest && (recent[0]?.at ?? Number.POSITIVE_INFINITY) <= line.lastAt;

/**
 * The values of a series over the last `spanMs` in `cells` steps. Its cells begin at whole multiples of what one of them
 * shows, so that a line stands still between two readings; until they move on, only what is new is added to it.
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
  const had = lines.get(id);
  const same = goesOn(had, beat, recent, past[0]) ? had : undefined;
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
