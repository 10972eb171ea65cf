import { defined } from '../../../domain/base/defined.ts';
import { fitLine, fitLineRight, mergeRuns, type StyledLine, type StyledRun } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import type { TextRole } from '../theme/roles.ts';
import { type GapWords, gapWords } from './gap.ts';
import { createRaster, dotsPerCell, type LineStyle, type Raster } from './raster.ts';
import { briefScale, type ChartScale, chartScale, rowOfValue, type ScaleLimit } from './scale.ts';

/** One line of a chart. */
export interface ChartLine {
  /** Short name at the end of the line. */
  readonly label: string;
  readonly style: LineStyle;
  /** Means per column of the range; NaN where there is no value. */
  means(columns: number): Float64Array;
}

/** A limit, drawn as a line across the chart. */
export interface ChartLimit extends ScaleLimit {
  readonly text: string;
}

interface ChartSpec {
  /** Width and height of the plot area, in cells. */
  readonly cells: number;
  readonly height: number;
  /** Cells left of the plot area: the label and a blank. */
  readonly labelCells: number;
  /** Cells right of the plot area, for names of lines, if there are several. */
  readonly nameCells: number;
  /** The lines, the most important one last. */
  readonly lines: readonly ChartLine[];
  /** The most important one first. */
  readonly limits: readonly ChartLimit[];
  /** ends: labels at top and bottom. ticks: at equal distances. */
  readonly labels: 'ends' | 'ticks';
  /** The cell of the crosshair; absent: none. */
  readonly crosshair?: number;
  /** Cells with a vertical line. */
  readonly marked: ReadonlySet<number>;
  /** True: labels are multiples of a power of 1024. */
  readonly bytes: boolean;
  /** The time of the first value of the last line: '15:13:57'. */
  readonly start?: string;
  number(value: number): string;
}

/** Rows per label of the value axis. */
const rowsPerLabel = 3;

/** A chart with its scale: what every row of it needs. */
interface Plot extends ChartSpec {
  readonly scale: ChartScale;
  readonly raster: Raster;
  /** Limits by their row. */
  readonly limitRows: ReadonlyMap<number, ChartLimit>;
  readonly words: readonly GapWords[];
  /** The area below the line by column; of a chart with several lines none. */
  readonly areas: readonly (Area | undefined)[];
}

type AreaGround = 'fill' | 'caution' | 'breach';

/** The area below a line in one column: its first row above it, and its ground by the limit that the value is beyond. */
interface Area {
  readonly below: number;
  readonly ground: AreaGround;
}

const areaGround = (role: TextRole, line: ChartLine): AreaGround =>
  role === line.style.role ? 'fill' : role === 'warn' ? 'caution' : 'breach';

/** The columns with a value of the only line, and the height of the area below it. */
const areasOf = ({ lines, cells }: ChartSpec, raster: Raster): readonly (Area | undefined)[] => {
  const [line, ...others] = lines;
  if (line === undefined || others.length > 0 || line.style.dotted) return [];
  return Array.from({ length: cells }, (_, column) => {
    const lowest = raster.lowest(column);
    return lowest === undefined ? undefined : { below: lowest.row, ground: areaGround(lowest.role, line) };
  });
};

const limitsByRow = ({ limits, height }: ChartSpec, scale: ChartScale): ReadonlyMap<number, ChartLimit> => {
  const rows = new Map<number, ChartLimit>();
  for (const limit of limits) {
    const row = rowOfValue(limit.value, scale, height);
    if (limit.value >= scale.low && limit.value <= scale.high && !rows.has(row)) rows.set(row, limit);
  }
  return rows;
};

/** The label of a row: its limit, or the value of the axis. */
const labelOf = (pen: TextPen, { limitRows, scale, height, number }: Plot, row: number): StyledRun => {
  const limit = limitRows.get(row);
  if (limit !== undefined) return pen.run(limit.text, 'limit');
  const tick = scale.ticks.findLast((value) => rowOfValue(value, scale, height) === row);
  return pen.run(tick === undefined ? '' : number(tick), 'faint');
};

/** The character of a cell that no line passes. */
const emptyCell = (
  pen: TextPen,
  { limitRows, words, marked, areas }: Plot,
  column: number,
  row: number,
): StyledRun => {
  const area = areas[column];
  const ground = area === undefined || row >= area.below ? undefined : area.ground;
  if (limitRows.has(row))
    return { text: pen.ascii ? '-' : '╌', role: ground === undefined ? 'limit' : `${ground}Limit` };
  const said = words.find(
    (gap) => gap.row === row && column >= gap.from && column < gap.from + gap.text.length,
  );
  if (said !== undefined) return { text: said.text.charAt(column - said.from), role: 'faint' };
  if (marked.has(column)) return { text: pen.ascii ? ':' : '┊', role: 'faint' };
  return { text: ' ', role: ground ?? 'plain' };
};

const plotRow = (pen: TextPen, plot: Plot, row: number): StyledLine =>
  mergeRuns(
    Array.from({ length: plot.cells }, (_, column): StyledRun => {
      const drawn = plot.raster.cell(column, row);
      if (column === plot.crosshair) return { text: drawn?.text ?? (pen.ascii ? '|' : '│'), role: 'focus' };
      return drawn ?? emptyCell(pen, plot, column, row);
    }),
  );

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

const scaleFor = (spec: ChartSpec, least: number, most: number): ChartScale =>
  spec.labels === 'ends'
    ? briefScale(least, most, spec.limits, spec.height)
    : chartScale(least, most, {
        limits: spec.limits,
        labels: Math.max(2, Math.ceil(spec.height / rowsPerLabel)),
        bytes: spec.bytes,
      });

/**
 * Renders the lines as a chart: a column of labels, the lines joined vertically, limits below them, and a crosshair. A gap is blank,
 * and says so where it is wide enough. Empty if no line has a value.
 */
export const renderChart = (pen: TextPen, spec: ChartSpec): readonly StyledLine[] => {
  const { cells, height, labelCells, start } = spec;
  const { across } = dotsPerCell(pen.graphs);
  const lines = spec.lines.map((line) => ({ line, means: line.means(cells * across) }));
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const { means } of lines)
    for (const mean of means) {
      if (mean < least) least = mean;
      if (mean > most) most = mean;
    }
  if (least > most) return [];
  const scale = scaleFor(spec, least, most);
  const raster = createRaster(cells, height, pen.graphs);
  for (const { line, means } of lines) raster.draw(means, scale, line.style);
  const limitRows = limitsByRow(spec, scale);
  const own = lines.at(-1)?.means ?? new Float64Array();
  const words = gapWords(own, {
    ...{ across, height, taken: new Set(limitRows.keys()) },
    ...defined({ start }),
  });
  const plot: Plot = { ...spec, scale, raster, limitRows, words, areas: areasOf(spec, raster) };
  const names = namesByRow(pen, lines, scale, height);
  return Array.from({ length: height }, (_, index): StyledLine => {
    const row = height - 1 - index;
    const label = fitLineRight([labelOf(pen, plot, row)], labelCells - 1, 'plain', pen.ellipsis);
    const name = names.get(row);
    return [
      ...label,
      pen.run(' '),
      ...plotRow(pen, plot, row),
      ...(name === undefined ? [] : fitLine([name], spec.nameCells, 'plain', pen.ellipsis)),
    ];
  });
};
