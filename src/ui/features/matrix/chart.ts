import { formatDuration } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import type { Bound } from '../../../domain/threshold.ts';
import type { TimedValue } from '../../../store/facts.ts';
import { fitLineRight, type StyledLine, type StyledRun } from '../../text/line.ts';
import type { TextPen } from '../../text/pen.ts';
import type { TextRole } from '../../theme/roles.ts';
import { bucketMeans, createBuckets, fillBuckets } from './spark.ts';

/** A numeric limit, drawn as a line across the chart. */
export interface LimitLine {
  readonly level: 'warn' | 'crit';
  readonly bound: Bound;
  readonly text: string;
}

interface ChartSpec {
  readonly now: Millis;
  readonly spanMs: Millis;
  /** The time for which a value is carried forward; after that the chart shows a gap. */
  readonly holdMs: Millis;
  /** Width of the whole chart including the axis, in cells. */
  readonly width: number;
  /** Height of the plot area, in rows. */
  readonly height: number;
  readonly limits: readonly LimitLine[];
  readonly role: TextRole;
  number(value: number): string;
}

interface Scale {
  readonly low: number;
  readonly high: number;
}

/** Chooses the scale. It starts at 0 unless all values are far from it, and includes limits that leave the values half of the height. */
const scaleOf = (values: readonly number[], limits: readonly LimitLine[]): Scale => {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  let low = least >= 0 && least <= most / 2 ? 0 : least;
  let high = most;
  const room = Math.max(high - low, Math.abs(high) / 10, Number.MIN_VALUE);
  for (const { bound } of limits) {
    if (typeof bound.value !== 'number') continue;
    if (bound.value > high && bound.value <= most + room) high = bound.value;
    if (bound.value < low && bound.value >= least - room) low = bound.value;
  }
  if (high > low) return { low, high };
  return low === 0 ? { low, high: 1 } : { low: low - Math.abs(low) / 10, high: high + Math.abs(high) / 10 };
};

/** Merges adjacent cells of the same role. */
const joined = (cells: readonly StyledRun[]): StyledLine => {
  const runs: StyledRun[] = [];
  for (const cell of cells) {
    const last = runs.at(-1);
    if (last?.role === cell.role) runs[runs.length - 1] = { ...last, text: last.text + cell.text };
    else runs.push(cell);
  }
  return runs;
};

const eighths = 8;

/** The row of a value, counted from the bottom. */
const rowOf = (value: number, { low, high }: Scale, height: number): number =>
  Math.max(0, Math.min(height - 1, Math.floor(((value - low) / (high - low)) * height)));

const axisCells = 10;

/** The labels of the y axis: maximum, minimum, and the limits in range. */
const axisOf = (pen: TextPen, scale: Scale, spec: ChartSpec): readonly StyledRun[] => {
  const { height, number, limits } = spec;
  const marks: StyledRun[] = Array.from({ length: height }, () => pen.run(''));
  marks[height - 1] = pen.run(number(scale.high), 'faint');
  marks[0] = pen.run(number(scale.low), 'faint');
  for (const { bound, level, text } of limits)
    if (typeof bound.value === 'number' && bound.value >= scale.low && bound.value <= scale.high)
      marks[rowOf(bound.value, scale, height)] = pen.run(text, level);
  return marks;
};

const plotRow = (
  pen: TextPen,
  row: number,
  heights: readonly (number | undefined)[],
  limit: LimitLine | undefined,
  role: TextRole,
): StyledLine => {
  const steps = [...pen.sparkSteps];
  const cells = heights.map((filled): StyledRun => {
    const filledEighths = filled === undefined ? 0 : Math.min(eighths, filled - row * eighths);
    if (filledEighths > 0) return { text: steps[filledEighths - 1] ?? '', role };
    if (limit !== undefined) return { text: '-', role: limit.level };
    if (filled === undefined && row === 0) return { text: pen.ascii ? ' ' : '·', role: 'faint' };
    return { text: ' ', role: 'plain' };
  });
  return joined(cells);
};

const timeAxis = (pen: TextPen, spanMs: Millis, cells: number): StyledLine => {
  const ends = [`-${formatDuration(spanMs)}`, `-${formatDuration(spanMs / 2)}`, 'now'];
  const [first = '', middle = '', last = ''] = ends;
  const half = Math.max(1, Math.floor(cells / 2) - first.length - Math.floor(middle.length / 2));
  const rest = Math.max(1, cells - first.length - half - middle.length - last.length);
  return [
    pen.run(
      `${' '.repeat(axisCells)}${first}${' '.repeat(half)}${middle}${' '.repeat(rest)}${last}`,
      'faint',
    ),
  ];
};

/** Renders the values as a block chart with limit lines. Empty if the time window has no values. */
export const renderChart = (
  pen: TextPen,
  points: readonly TimedValue[],
  spec: ChartSpec,
): readonly StyledLine[] => {
  const { now, spanMs, holdMs, width, height, limits, role } = spec;
  const cells = Math.max(10, width - axisCells - 1);
  const span = { from: now - spanMs, cellMs: spanMs / cells, cells };
  const buckets = createBuckets(cells);
  fillBuckets(buckets, points, span);
  const means = [...bucketMeans(buckets, span, holdMs)];
  const seen = means.filter((mean) => !Number.isNaN(mean));
  if (seen.length === 0) return [];
  const scale = scaleOf(seen, limits);
  const heights = means.map((mean) =>
    Number.isNaN(mean)
      ? undefined
      : Math.max(1, Math.round(((mean - scale.low) / (scale.high - scale.low)) * height * eighths)),
  );
  const lineAt = (row: number): LimitLine | undefined =>
    limits.find(
      ({ bound: { value } }) =>
        typeof value === 'number' &&
        value >= scale.low &&
        value <= scale.high &&
        rowOf(value, scale, height) === row,
    );
  const axis = axisOf(pen, scale, spec);
  const plot = Array.from({ length: height }, (_, index): StyledLine => {
    const row = height - 1 - index;
    const mark = fitLineRight([axis[row] ?? pen.run('')], axisCells - 1, 'plain', pen.ellipsis);
    return [...mark, pen.run(' '), ...plotRow(pen, row, heights, lineAt(row), role)];
  });
  return [...plot, timeAxis(pen, spanMs, cells)];
};
