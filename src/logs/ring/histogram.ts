import type { Millis } from '../../domain/base/fault.ts';
import type { ReadonlyLogRing } from './log-ring.ts';
import type { VisibleBlock } from './visible-rows.ts';

/** Number of values of `levelCode`. */
const grades = 7;

/** Number of shown rows by level in columns of equal duration. */
interface LogHistogram {
  readonly from: Millis;
  readonly to: Millis;
  readonly columns: number;
  /** Column c and level code l are at index `c * 7 + l`. */
  readonly counts: Uint32Array;
}

/** Counts of one block for a column width. */
interface BlockColumns {
  readonly stamp: number;
  readonly width: Millis;
  readonly phase: Millis;
  /** Index of its first column, relative to `phase`. */
  readonly first: number;
  readonly counts: Uint32Array;
}

/** Maximum columns cached per block; a block with widely scattered times is counted directly. */
const mostColumns = 1024;
const known = new WeakMap<VisibleBlock, BlockColumns>();

const columnsOf = (shown: VisibleBlock, width: Millis, phase: Millis): BlockColumns => {
  const was = known.get(shown);
  if (was?.stamp === shown.stamp && was.width === width && was.phase === phase) return was;
  const { block, visible, stamp } = shown;
  const { at, level } = block;
  const first = Math.floor((block.from - phase) / width);
  const counts = new Uint32Array((Math.floor((block.to - phase) / width) - first + 1) * grades);
  const isExact = Number.isInteger(width) && Number.isInteger(phase);
  // Consecutive rows are mostly in the same column, which saves the division.
  let begin = 0;
  let end = 0;
  let base = 0;
  for (let index = 0; index < block.count; index++) {
    if (visible[index] !== 1) continue;
    const time = at[index] ?? 0;
    if (time < begin || time >= end) {
      const column = Math.floor((time - phase) / width);
      base = (column - first) * grades;
      [begin, end] = isExact ? [phase + column * width, phase + (column + 1) * width] : [0, 0];
    }
    const place = base + (level[index] ?? 0);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const counted = { stamp, width, phase, first, counts };
  known.set(shown, counted);
  return counted;
};

/** Adds the columns of a block, starting at column `first`. */
const add = (into: Uint32Array, counts: Uint32Array, first: number): void => {
  const shift = first * grades;
  const to = Math.min(counts.length, into.length - shift);
  for (let index = Math.max(0, -shift); index < to; index++)
    into[index + shift] = (into[index + shift] ?? 0) + (counts[index] ?? 0);
};

const addRows = (into: Uint32Array, { block, visible }: VisibleBlock, from: Millis, width: Millis): void => {
  const { at, level } = block;
  for (let index = 0; index < block.count; index++) {
    const place = Math.floor(((at[index] ?? 0) - from) / width) * grades + (level[index] ?? 0);
    if (visible[index] === 1 && place >= 0 && place < into.length) into[place] = (into[place] ?? 0) + 1;
  }
};

/**
 * Counts the shown rows (`ReadonlyFilteredView.blocks`) in [from, to). Caches counts per block while the
 * columns stay aligned: with a range from `histogramAxis`, a frame takes some microseconds.
 */
export const computeHistogram = (
  blocks: readonly VisibleBlock[],
  from: Millis,
  to: Millis,
  columns: number,
): LogHistogram => {
  const counts = new Uint32Array(columns * grades);
  const width = (to - from) / columns;
  const phase = Number.isInteger(width) ? ((from % width) + width) % width : from;
  const begin = Math.round((from - phase) / width);
  for (const shown of blocks) {
    const { block, visibleCount, levels } = shown;
    if (visibleCount === 0 || block.to < from || block.from >= to) continue;
    const first = Math.floor((block.from - phase) / width);
    const last = Math.floor((block.to - phase) / width);
    if (first === last) add(counts, levels, first - begin);
    else if (last - first >= mostColumns) addRows(counts, shown, phase + begin * width, width);
    else add(counts, columnsOf(shown, width, phase).counts, first - begin);
  }
  return { from, to, columns, counts };
};

const seconds = [
  1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60, 120, 180, 240, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200,
  86_400,
];
const widths: readonly Millis[] = [1, 2, 5, 10, 20, 50, 100, 200, 500, ...seconds.map((of) => of * 1000)];

/**
 * Returns a range that covers `from` to `to` (both inclusive) with columns of a round duration, aligned to
 * multiples of it. The columns therefore stay in place as time passes. Uses multiples of days for long
 * ranges.
 */
export const histogramAxis = (from: Millis, to: Millis, columns: number): { from: Millis; to: Millis } => {
  const day = 86_400_000;
  const fits = (width: Millis): boolean => Math.floor(to / width) - Math.floor(from / width) < columns;
  let width = widths.find(fits) ?? day;
  while (!fits(width)) width += day;
  const end = (Math.floor(to / width) + 1) * width;
  return { from: end - columns * width, to: end };
};

/** Returns the earliest and the latest time in a ring; undefined if it is empty. */
export const ringTimeSpan = ({ blocks }: ReadonlyLogRing): { from: Millis; to: Millis } | undefined => {
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (const block of blocks) {
    if (block.from < from) from = block.from;
    if (block.to > to) to = block.to;
  }
  return from <= to ? { from, to } : undefined;
};

/** Rows of a ring by time: `ReadonlyLogRing` has all but `timeOf`. */
interface TimedRows {
  readonly first: number;
  readonly end: number;
  /** The first row at or after a time, or `end`. */
  atTime(time: Millis): number;
  /** The time of a row. */
  timeOf(id: number): Millis | undefined;
}

/** At most one in so many rows is left of a histogram. */
const mostLeftOf = 10;
/** Without them, its range is at least so many times shorter. */
const leastShorter = 4;

/**
 * The time from which a histogram of rows shows most of them: the first row, unless a few much earlier ones (the start of a
 * container, days ago) would press all the others into its last columns. At most a tenth of the rows is earlier than it. Rows that are
 * spread over the range begin with the first one.
 */
export const histogramStart = (rows: TimedRows, from: Millis, to: Millis): Millis => {
  const mostEarlier = Math.floor((rows.end - rows.first) / mostLeftOf);
  let start = from;
  for (;;) {
    const id = rows.atTime(to - (to - start) / leastShorter);
    const time = id >= rows.end || id - rows.first > mostEarlier ? undefined : rows.timeOf(id);
    if (time === undefined || time <= start || time >= to) return start;
    start = time;
  }
};
