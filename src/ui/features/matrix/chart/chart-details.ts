import type { Millis } from '../../../../domain/base/fault.ts';
import { formatStateAge } from '../../../../domain/facts/state-start.ts';
import type { ValueSeries } from '../../../../domain/facts/value-series.ts';
import { pluralize } from '../../../../domain/text/count-text.ts';
import { formatAge, formatDuration } from '../../../../domain/text/duration.ts';
import { formatClockTime } from '../../../../domain/text/format.ts';
import { type ChartLimit, renderChart } from '../../../kit/chart/chart.ts';
import { timeAxisText } from '../../../kit/chart/time-axis.ts';
import { lineWidth, type StyledLine, type StyledRun } from '../../../kit/text/line.ts';
import { type RenderContext, toWallTime } from '../../../shell/contract/render-context.ts';
import { journalEntryLine } from '../../run-words/entry-lines.ts';
import { chartLimits } from '../../signals/chart-parts.ts';
import { matrixWindowMs } from '../../signals/chart-window.ts';
import { type ChartMark, chartEvents, chartMarks, markLegend } from '../../signals/marks.ts';
import { type MatrixRow, selectMatrixRows } from '../../signals/rows.ts';
import {
  formatBound,
  formatCellThreshold,
  formatNumber,
  formatValue,
  isBytes,
} from '../../signals/values.ts';
import {
  axisCells,
  type ChartRange,
  cellOfTime,
  chartComparison,
  chartRange,
  crosshairAt,
  nameCells,
} from './chart-state.ts';
import { chartLines, type NamedLine, pointsInRange, type SeenCell } from './lines.ts';

const limitLines = ({ signal, spec }: SeenCell): readonly ChartLimit[] =>
  chartLimits(signal, spec, (value, op) => formatBound({ op, value }, spec.unit));

/** Rows of the plot: below some table rows on a small terminal, below all of them on a large one. */
const plotRows = (view: RenderContext): number =>
  Math.max(4, Math.min(16, view.rows - 17), Math.min(24, view.rows - 20 - selectMatrixRows(view).length));

/** 'min 0.1 · max 6.4 · last 6.4 · 80 values in 20m' */
const figures = (view: RenderContext, { signal, spec }: SeenCell, points: ValueSeries): StyledLine => {
  const values = points.values();
  const text = (value: number): string => formatNumber(value, signal.unit);
  const since = signal.verdict === undefined ? '' : ` · since ${formatStateAge(signal.verdict, view.now)}`;
  const range = `min ${text(Math.min(...values))} · max ${text(Math.max(...values))}`;
  const last = ` · last ${formatValue(signal.value, signal.unit)}`;
  const queried = [...points].filter(({ stepMs }) => stepMs !== undefined).length;
  const origin = queried === 0 ? '' : ` (${queried} from the history of ${signal.source || 'its operands'})`;
  const count = `${pluralize(values.length, 'value')}${origin} in ${formatDuration(matrixWindowMs(view))}`;
  const limits = formatCellThreshold(spec);
  const lineOf = (summary: string): StyledLine => [
    view.pen.run(`   ${summary} · ${count}${since}`),
    view.pen.run(limits === '' ? '' : ` · ${limits}`, 'faint'),
  ];
  const line = lineOf(`${range}${last}`);
  // The last value is also in the row of the signal: it gives up its cells before a limit is cut.
  const shorter = lineOf(range);
  return lineWidth(line) > view.columns && lineWidth(shorter) <= view.columns ? shorter : line;
};

/** '   10:12:30  6.4 · 24 h earlier 0.2 · staging no data': the values at the crosshair. */
const readout = (
  { pen, now, wallOffset }: RenderContext,
  { signal }: SeenCell,
  lines: readonly NamedLine[],
  time: Millis,
  range: ChartRange,
): StyledLine => {
  const column = cellOfTime(time, range);
  const valueText = (line: NamedLine): string => {
    const value = line.means(range.cells)[column];
    return value === undefined || Number.isNaN(value) ? 'no data' : formatNumber(value, signal.unit);
  };
  const own = lines.at(-1);
  const others = lines.slice(0, -1);
  const start = range.from + column * range.cellMs;
  return [
    pen.run(`   ${formatClockTime(start + wallOffset)}`, 'focus'),
    pen.run(`  ${own === undefined ? '' : valueText(own)}`, 'bold'),
    ...others.map((line): StyledRun => pen.run(` · ${line.title} ${valueText(line)}`)),
    pen.run(
      `  mean of ${formatDuration(Math.round(range.cellMs / 1000) * 1000)}, ${formatAge(now - time)} ago`,
      'faint',
    ),
  ];
};

/** True if a line has a value in the range. */
const hasValues = (line: NamedLine, { cells }: ChartRange): boolean =>
  line.means(cells).some((mean) => !Number.isNaN(mean));

/** Explains the marks and the dotted line, or shows the event at the crosshair. */
const legend = (
  view: RenderContext,
  marks: readonly ChartMark[],
  compared: NamedLine | undefined,
  range: ChartRange,
): readonly StyledLine[] => {
  const time = crosshairAt(view);
  const entry = marks
    .find(({ cell }) => time !== undefined && cell === cellOfTime(time, range))
    ?.entries.at(-1);
  if (entry !== undefined) return [journalEntryLine(view, entry)];
  const dotted =
    compared === undefined
      ? ''
      : hasValues(compared, range)
        ? `dotted: ${compared.title}`
        : `${compared.title}: no data`;
  const text = [markLegend(marks), dotted].filter((part) => part !== '').join(' · ');
  return text === '' ? [] : [[view.pen.run(`   ${text}`, 'faint')]];
};

/** The letters of the marks below their cells. */
const marksRow = ({ pen }: RenderContext, marks: readonly ChartMark[]): readonly StyledLine[] => {
  if (marks.length === 0) return [];
  const text = marks.reduce((line, { cell, letter }) => line.padEnd(axisCells + cell) + letter, '');
  return [[pen.run(text, 'bold')]];
};

const noDataLine = (view: RenderContext, time: Millis | undefined): StyledLine => {
  const { pen } = view;
  const window = formatDuration(matrixWindowMs(view));
  return [
    pen.run(
      time === undefined
        ? `   no data in the last ${window} · w change window`
        : `   no data in the ${window} around ${formatClockTime(toWallTime(view, time))} · - zoom out · . back to now`,
      'faint',
    ),
  ];
};

/** Renders the chart of a signal with its figures, or the values at the crosshair, its time axis and marks. */
export const renderSignalChart = (
  view: RenderContext,
  row: MatrixRow,
  env: string,
  cell: SeenCell,
): readonly StyledLine[] => {
  const { pen, cockpit } = view;
  const range = chartRange(view);
  const lines = chartLines(view, row, env, cell, range);
  const marks = env === cockpit.open?.env ? chartMarks(chartEvents(view), range) : [];
  const time = crosshairAt(view);
  const plot = renderChart(pen, {
    cells: range.cells,
    height: plotRows(view),
    ...{ labelCells: axisCells, nameCells, labels: 'ticks' as const },
    lines,
    limits: limitLines(cell),
    ...(time === undefined ? {} : { crosshair: cellOfTime(time, range) }),
    marked: new Set(marks.map((mark) => mark.cell)),
    bytes: isBytes(cell.spec.unit),
    number: (value) => formatNumber(value, cell.spec.unit),
  });
  if (plot.length === 0) return [noDataLine(view, time)];
  const points = pointsInRange(cell, range);
  const axis = timeAxisText({ ...range, from: toWallTime(view, range.from) });
  return [
    time === undefined && points.length > 0
      ? figures(view, cell, points)
      : readout(view, cell, lines, time ?? view.now, range),
    ...plot,
    ...marksRow(view, marks),
    [pen.run(`${' '.repeat(axisCells)}${axis}`, 'faint')],
    ...legend(view, marks, chartComparison(view) === undefined ? undefined : lines[0], range),
  ];
};
