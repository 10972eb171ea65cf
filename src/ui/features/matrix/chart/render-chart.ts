import type { Bound } from '../../../../domain/facts/threshold.ts';
import { fitLine, fitLineRight, mergeRuns, type StyledLine, type StyledRun } from '../../../kit/text/line.ts';
import type { TextPen } from '../../../kit/text/pen.ts';
import { type ChartScale, chartScale, rowOfValue } from '../../signals/scale.ts';
import { axisCells, nameCells } from './chart-state.ts';
import type { ChartLine } from './lines.ts';
import { createRaster, dotsPerCell, type Raster } from './raster.ts';

/** A numeric limit, drawn as a line across the chart. */
export interface LimitLine {
  readonly level: 'warn' | 'crit';
  readonly bound: Bound;
  readonly text: string;
}

interface ChartSpec {
  /** Width and height of the plot area, in cells. */
  readonly cells: number;
  readonly height: number;
  /** The lines, the most important one last. */
  readonly lines: readonly ChartLine[];
  readonly limits: readonly LimitLine[];
  /** The cell of the crosshair; absent: none. */
  readonly crosshair?: number;
  /** Cells with a vertical line. */
  readonly marked: ReadonlySet<number>;
  /** True: labels are multiples of a power of 1024. */
  readonly bytes: boolean;
  number(value: number): string;
}

/** Rows per label of the value axis. */
const rowsPerLabel = 3;

const limitAt = ({ limits, height }: ChartSpec, scale: ChartScale, row: number): LimitLine | undefined =>
  limits.find(
    ({ bound: { value } }) =>
      typeof value === 'number' &&
      value >= scale.low &&
      value <= scale.high &&
      rowOfValue(value, scale, height) === row,
  );

/** The label of a row: its limit, or the value of the axis. */
const labelOf = (pen: TextPen, spec: ChartSpec, scale: ChartScale, row: number): StyledRun => {
  const limit = limitAt(spec, scale, row);
  if (limit !== undefined) return pen.run(limit.text, limit.level);
  const tick = scale.ticks.findLast((value) => rowOfValue(value, scale, spec.height) === row);
  return pen.run(tick === undefined ? '' : spec.number(tick), 'faint');
};

const plotRow = (
  pen: TextPen,
  spec: ChartSpec,
  raster: Raster,
  limit: LimitLine | undefined,
  row: number,
) => {
  const { cells, crosshair, marked } = spec;
  return mergeRuns(
    Array.from({ length: cells }, (_, column): StyledRun => {
      const drawn = raster.cell(column, row);
      if (column === crosshair) return { text: drawn?.text ?? (pen.ascii ? '|' : '│'), role: 'focus' };
      if (drawn !== undefined) return drawn;
      if (limit !== undefined) return { text: '-', role: limit.level };
      if (marked.has(column)) return { text: pen.ascii ? ':' : '┊', role: 'faint' };
      return { text: ' ', role: 'plain' };
    }),
  );
};

/** The names at the ends of the lines by row; a taken row pushes a name to the nearest free one. */
const namesByRow = (
  pen: TextPen,
  lines: readonly { readonly line: ChartLine; readonly means: Float64Array }[],
  scale: ChartScale,
  height: number,
): ReadonlyMap<number, StyledRun> => {
  const names = new Map<number, StyledRun>();
  if (lines.length < 2) return names;
  for (const { line, means } of lines.toReversed()) {
    const last = means.findLast((mean) => !Number.isNaN(mean));
    if (last === undefined) continue;
    const wantedRow = rowOfValue(last, scale, height);
    const free = Array.from({ length: height }, (_, row) => row)
      .filter((row) => !names.has(row))
      .toSorted((a, b) => Math.abs(a - wantedRow) - Math.abs(b - wantedRow))[0];
    const mark = pen.ascii ? `${line.style.ascii} ` : '';
    if (free !== undefined) names.set(free, pen.run(` ${mark}${line.label}`, line.style.role));
  }
  return names;
};

/** Renders the lines as a chart with a value axis, limits and a crosshair. Empty if no line has a value. */
export const renderChart = (pen: TextPen, spec: ChartSpec): readonly StyledLine[] => {
  const { cells, height, limits, bytes } = spec;
  const columns = cells * dotsPerCell(pen.ascii).across;
  const lines = spec.lines.map((line) => ({ line, means: line.means(columns) }));
  const seen = lines.flatMap(({ means }) => [...means.filter((mean) => !Number.isNaN(mean))]);
  if (seen.length === 0) return [];
  const scale = chartScale(Math.min(...seen), Math.max(...seen), {
    limits: limits.flatMap(({ bound: { value } }) => (typeof value === 'number' ? [value] : [])),
    labels: Math.max(2, Math.ceil(height / rowsPerLabel)),
    bytes,
  });
  const raster = createRaster(cells, height, pen.ascii);
  for (const { line, means } of lines) raster.draw(means, scale, line.style);
  const names = namesByRow(pen, lines, scale, height);
  return Array.from({ length: height }, (_, index): StyledLine => {
    const row = height - 1 - index;
    const label = fitLineRight([labelOf(pen, spec, scale, row)], axisCells - 1, 'plain', pen.ellipsis);
    const name = names.get(row);
    return [
      ...label,
      pen.run(' '),
      ...plotRow(pen, spec, raster, limitAt(spec, scale, row), row),
      ...(name === undefined ? [] : fitLine([name], nameCells, 'plain', pen.ellipsis)),
    ];
  });
};
