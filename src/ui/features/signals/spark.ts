import type { Millis } from '../../../domain/base/fault.ts';
import { ValueSeries } from '../../../domain/facts/value-series.ts';
import type { SignalSpec } from '../../../domain/profile/profile.ts';
import { feedsOfSignals } from '../../../store/derived-signals.ts';
import type { FactsState } from '../../../store/facts.ts';
import { mergeRuns, type StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { type SparkLimit, sparkline } from '../../kit/text/spark.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import { breachOf } from './chart-parts.ts';

/** A time range divided into equal cells. */
interface BucketRange {
  readonly from: Millis;
  readonly cellMs: number;
  readonly cells: number;
}

/** Sum and number of the values per cell, and the longest distance of a value to the next one of its query. */
interface TimeBuckets {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  readonly steps: Float64Array;
}

export const createBuckets = (cells: number): TimeBuckets => ({
  sums: new Float64Array(cells),
  counts: new Float64Array(cells),
  steps: new Float64Array(cells),
});

/** Adds the points within the range (inclusive end) and later than `after`. */
export const fillBuckets = (
  { sums, counts, steps }: TimeBuckets,
  points: ValueSeries,
  { from, cellMs, cells }: BucketRange,
  after: Millis = Number.NEGATIVE_INFINITY,
): void => {
  const until = from + cells * cellMs;
  let cell = 0;
  let cellEnd = from + cellMs;
  let sum = 0;
  let count = 0;
  let step = 0;
  const put = (): void => {
    sums[cell] = (sums[cell] ?? 0) + sum;
    counts[cell] = (counts[cell] ?? 0) + count;
    steps[cell] = Math.max(steps[cell] ?? 0, step);
  };
  for (let index = points.indexAfter(Math.max(after, from - 1)); index < points.length; index++) {
    const position = points.timeAt(index);
    if (position > until) break;
    if (position < from) continue;
    if (position >= cellEnd && cell < cells - 1) {
      put();
      [sum, count, step] = [0, 0, 0];
      cell = Math.min(cells - 1, Math.floor((position - from) / cellMs));
      cellEnd = from + (cell + 1) * cellMs;
    }
    sum += points.valueAt(index);
    count++;
    step = Math.max(step, points.stepAt(index) ?? 0);
  }
  if (count > 0) put();
};

/**
 * The mean of each cell. Empty cells repeat the last mean for at most `holdMs`, or the step of the query that returned
 * it; then NaN.
 */
export const bucketMeans = (
  { sums, counts, steps }: TimeBuckets,
  { cellMs, cells }: BucketRange,
  holdMs: Millis,
): Float64Array => {
  const means = new Float64Array(cells);
  let last = Number.NEGATIVE_INFINITY;
  let reach = 0;
  for (let cell = 0; cell < cells; cell++) {
    if ((counts[cell] ?? 0) > 0) {
      last = cell;
      reach = Math.ceil(Math.max(holdMs, steps[cell] ?? 0) / cellMs);
    }
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

/** The numbers among the limits of a signal. */
const numericLimits = ({ threshold: { warn, crit } }: SignalSpec): readonly SparkLimit[] =>
  [warn, crit].flatMap((bound) =>
    typeof bound?.value === 'number'
      ? [{ value: bound.value, isLower: bound.op === '<' || bound.op === '<=' }]
      : [],
  );

/** A sparkline: a character per cell, and per cell the level that its value has by the limits alone. */
interface DrawnSpark {
  readonly text: string;
  /** 'c' critical, 'w' warning, ' ' within the limits, '·' no data. */
  readonly levels: string;
}

/** A series to draw as a sparkline. */
export interface SparkSeries {
  /** Tells it apart from the other series of the environment. */
  readonly key: string;
  readonly recent: ValueSeries;
  /** Values before `recent`. */
  readonly past: ValueSeries;
  /** A value without a newer one counts for this time. */
  holdMs(): Millis;
  readonly limits: readonly SparkLimit[];
  levelOf(value: number): 'crit' | 'warn' | undefined;
  /** The top of a scale from 0 that it shares with others. */
  readonly top?: number;
}

const levelLetter = ({ levelOf }: SparkSeries, value: number): string =>
  Number.isNaN(value) ? '·' : (levelOf(value)?.charAt(0) ?? ' ');

/** A cached sparkline with its inputs. */
interface Line {
  readonly beat: number;
  /**
   * The series it was drawn from; of the older values the times of the first and of the one at their end, which stay the
   * same while points are appended, but not when gaps are filled.
   */
  readonly recent: ValueSeries;
  readonly oldestAt: Millis | undefined;
  readonly older: number;
  readonly newestOlderAt: Millis | undefined;
  readonly lastAt: Millis;
  readonly buckets: TimeBuckets;
  readonly drawn: DrawnSpark;
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

interface SparklineOptions {
  readonly now: Millis;
  readonly spanMs: Millis;
  readonly cells: number;
  readonly pen: TextPen;
}

/** True if a series goes on where the drawn one ended. The oldest of its points may have been dropped. */
const continues = (recent: ValueSeries, drawnSeries: ValueSeries): boolean => {
  const first = recent.at(0);
  const last = drawnSeries.at(-1);
  if (first === undefined || last === undefined) return false;
  return (
    first.at >= drawnSeries.timeAt(0) &&
    first.at <= last.at &&
    recent.valueAt(recent.indexFrom(last.at)) === last.value
  );
};

/** True if all points since the last drawing were appended at the end. */
const isAppended = (
  line: Line | undefined,
  beat: number,
  recent: ValueSeries,
  past: ValueSeries,
): line is Line =>
  line?.beat === beat &&
  line.oldestAt === past.at(0)?.at &&
  line.older <= past.length &&
  (line.older === 0 || line.newestOlderAt === past.timeAt(line.older - 1)) &&
  (line.older === past.length || (line.recent !== recent && past.at(-1)?.stepMs === undefined)) &&
  continues(recent, line.recent);

/**
 * Draws a series over the last `spanMs` in `cells` steps. Cells start at multiples of their duration, so the line does not shift
 * between readings. Until the next cell starts, only new points are added to the cached sums.
 */
export const drawSparkline = (
  series: SparkSeries,
  frame: FactsState['frame'],
  { now, spanMs, cells, pen }: SparklineOptions,
): DrawnSpark => {
  const { key, recent, past, limits, top } = series;
  const cellMs = spanMs / cells;
  const beat = Math.floor(now / cellMs) + 1;
  const span = { from: (beat - cells) * cellMs, cellMs, cells };
  const lines = linesOf(frame);
  const id = `${cells}/${spanMs}/${pen.sparkSteps}/${top ?? ''}/${key}`;
  const cached = lines.get(id);
  const same = isAppended(cached, beat, recent, past) ? cached : undefined;
  if (same?.recent === recent) return same.drawn;
  const buckets = same?.buckets ?? createBuckets(cells);
  if (same === undefined) fillBuckets(buckets, past, span);
  fillBuckets(buckets, recent, span, same?.lastAt);
  const means = bucketMeans(buckets, span, series.holdMs());
  const gap = pen.ascii ? ' ' : '·';
  const drawnSpark = {
    text: sparkline(means, pen.sparkSteps, gap, limits, top),
    levels: Array.from(means, (mean) => levelLetter(series, mean)).join(''),
  };
  const lastAt = recent.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
  lines.set(id, {
    beat,
    recent,
    oldestAt: past.at(0)?.at,
    older: past.length,
    newestOlderAt: past.at(-1)?.at,
    lastAt,
    buckets,
    drawn: drawnSpark,
  });
  return drawnSpark;
};

/** Draws the values of a signal row. */
export const renderSparkline = (
  spec: SignalSpec,
  key: string,
  facts: FactsState,
  options: SparklineOptions,
): DrawnSpark =>
  drawSparkline(
    {
      key,
      recent: facts.history[key] ?? ValueSeries.empty,
      past: facts.past[key] ?? ValueSeries.empty,
      holdMs: () => valueLifetimeMs(spec, facts),
      limits: numericLimits(spec),
      levelOf: (value) => breachOf(spec, value),
    },
    facts.frame,
    options,
  );

/** A drawn sparkline in its colors: cells beyond a limit in that of its level. */
export const sparkRuns = ({ text, levels }: DrawnSpark, isStale: boolean): StyledLine => {
  const roles: Readonly<Record<string, TextRole>> = {
    c: isStale ? 'stale' : 'crit',
    w: isStale ? 'stale' : 'warn',
    '·': 'faint',
  };
  const within = isStale ? 'stale' : 'spark';
  return mergeRuns(
    [...text].map((step, index) => ({ text: step, role: roles[levels.charAt(index)] ?? within })),
  );
};
