import type { Millis } from '../../../../domain/base/fault.ts';
import { formatCount, isoTime } from '../../../../domain/text/format.ts';
import {
  computeHistogram as countsOf,
  histogramAxis,
  ringTimeSpan,
} from '../../../../logs/ring/histogram.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { mergeRuns, type StyledLine, type StyledRun } from '../../../kit/text/line.ts';
import type { TextRole } from '../../../kit/theme/roles.ts';
import { type RenderContext, toWallTime } from '../../../shell/contract/render-context.ts';
import { memoizePerObject } from '../../../shell/state/memoize.ts';
import { chartEvents, chartMarks } from '../../signals/marks.ts';
import { errorLevelCode, ringRowHead, warnLevelCode } from './ring-row.ts';
import { toDisplayTime } from './time-format.ts';
import { logCursorRow } from './view-state-access.ts';

/** The visible lines counted over time: per cell all lines, warnings, and errors or worse. */
interface LogHistogram {
  /** Start of the first cell, wall clock. */
  readonly from: Millis;
  /** Duration of one cell. */
  readonly step: Millis;
  readonly all: Uint32Array;
  readonly warnings: Uint32Array;
  readonly errors: Uint32Array;
}

/** The start of the time that the chips ask for; undefined: they ask for none. */
const askedFrom = ({ filteredView: { chips } }: LogsState): Millis | undefined => {
  const starts = chips.flatMap((chip) => (chip.is === 'time' ? (chip.from ?? []) : []));
  return starts.length === 0 ? undefined : Math.max(...starts);
};

const make = (logs: LogsState, cells: number): LogHistogram | undefined => {
  const { ring, filteredView } = logs;
  const spanned = ringTimeSpan(ring);
  if (spanned === undefined || spanned.to <= spanned.from || cells < 2) return undefined;
  // The time before the first line is part of the answer: nothing was logged in it.
  const from = Math.min(spanned.from, askedFrom(logs) ?? spanned.from);
  const axis = histogramAxis(from, spanned.to, cells);
  const { counts } = countsOf(filteredView.blocks, axis.from, axis.to, cells);
  const all = new Uint32Array(cells);
  const warnings = new Uint32Array(cells);
  const errors = new Uint32Array(cells);
  const levels = counts.length / cells;
  for (const [position, count] of counts.entries()) {
    const cell = Math.floor(position / levels);
    const level = position % levels;
    all[cell] = (all[cell] ?? 0) + count;
    if (level === warnLevelCode) warnings[cell] = count;
    if (level >= errorLevelCode) errors[cell] = (errors[cell] ?? 0) + count;
  }
  return { from: axis.from, step: (axis.to - axis.from) / cells, all, warnings, errors };
};

const memoized = memoizePerObject<LogHistogram | undefined>();

/** Counts the visible lines in `cells` cells over the time span of the ring; undefined if the span is empty. Memoized. */
const logHistogram = (logs: LogsState, cells: number): LogHistogram | undefined =>
  memoized(
    logs.filteredView,
    [logs.filteredView.version, logs.ring.version, logs.filteredView.chips, cells],
    () => make(logs, cells),
  );

export const histogramCellAt = ({ from, step, all }: LogHistogram, time: Millis): number =>
  Math.max(0, Math.min(all.length - 1, Math.floor((time - from) / step)));

/** Width of '   10:02 ' before the cells and ' 10:15 ' after them. Short spans show seconds instead of hours. */
const before = 10;
const behind = 9;
/** Minimum span at which the axis shows minutes only. */
const minMinutesSpan: Millis = 10 * 60_000;
/** Minimum pane height at which lines ≥ WARN get a row of their own. */
const minTwoRowHeight = 30;
/** Minimum pane height for a histogram; smaller panes show lines only. */
const minHeight = 12;

const cellsOf = (width: number): number => Math.max(0, width - before - behind);

/** The counts of the histogram, or undefined if the pane is too small for one. */
export const histogramForPane = (logs: LogsState, width: number, height: number): LogHistogram | undefined =>
  height < minHeight ? undefined : logHistogram(logs, cellsOf(width));

/** The time under a column of the pane, or undefined outside the histogram. */
export const timeAtCell = ({ from, step, all }: LogHistogram, x: number): Millis | undefined => {
  const cell = x - before;
  return cell < 0 || cell >= all.length ? undefined : from + cell * step;
};

const stepOf = (steps: string, value: number, most: number): string =>
  value === 0
    ? ' '
    : (steps[Math.min(steps.length - 1, Math.ceil((steps.length * value) / most) - 1)] ?? ' ');

const worstRole = ({ errors, warnings }: LogHistogram, cell: number): TextRole => {
  if ((errors[cell] ?? 0) > 0) return 'crit';
  return (warnings[cell] ?? 0) > 0 ? 'warn' : 'faint';
};

/** Renders all lines. With one row only, a mark repeats what the color says (never color alone). */
const allCells = (
  { pen }: RenderContext,
  histogram: LogHistogram,
  cursor: number,
  marks: boolean,
): StyledLine => {
  const most = Math.max(...histogram.all);
  return mergeRuns(
    Array.from(histogram.all, (value, cell): StyledRun => {
      const role = worstRole(histogram, cell);
      const isMarked = marks && (role === 'crit' || role === 'warn');
      const text = isMarked ? pen.glyph(role).text : stepOf(pen.sparkSteps, value, most);
      return { text, role: cell === cursor ? 'hit' : isMarked ? role : 'faint' };
    }),
  );
};

const graveCells = ({ pen }: RenderContext, histogram: LogHistogram, cursor: number): StyledLine => {
  const severe = histogram.errors.map((errors, cell) => errors + (histogram.warnings[cell] ?? 0));
  const most = Math.max(1, ...severe);
  return mergeRuns(
    Array.from(
      severe,
      (value, cell): StyledRun => ({
        text: stepOf(pen.sparkSteps, value, most),
        role: cell === cursor ? 'hit' : worstRole(histogram, cell),
      }),
    ),
  );
};

/** The deploys, runs and alerts in the time of the histogram, below their cells; none without one. */
const markLine = (view: RenderContext, { from, step, all }: LogHistogram): readonly StyledLine[] => {
  const events = chartEvents(view).map((entry) => ({ ...entry, at: toWallTime(view, entry.at) }));
  const marks = chartMarks(events, { from, cellMs: step, cells: all.length });
  if (marks.length === 0) return [];
  const letters = new Map(marks.map(({ cell, letter }) => [cell, letter]));
  const cells = Array.from(all, (_, cell): StyledRun => {
    const letter = letters.get(cell);
    return letter === undefined ? { text: ' ', role: 'plain' } : { text: letter, role: 'key' };
  });
  return [[{ text: ' '.repeat(before), role: 'plain' }, ...mergeRuns(cells)]];
};

/** Renders the histogram of lines by level over the time span of the ring. The cell under the cursor is inverse. */
export const renderHistogram = (
  view: RenderContext,
  logs: LogsState,
  width: number,
  height: number,
): readonly StyledLine[] => {
  const histogram = histogramForPane(logs, width, height);
  if (histogram === undefined) return [];
  const { pen, ui } = view;
  const isLong = histogram.step * histogram.all.length >= minMinutesSpan;
  const clock = (time: Millis): string =>
    isoTime(toDisplayTime(time, ui.logs.clock)).slice(11, isLong ? 16 : 19);
  const id = logCursorRow(view);
  const moment = id === undefined ? undefined : ringRowHead(logs.ring, id)?.at;
  const cursor = moment === undefined ? -1 : histogramCellAt(histogram, moment);
  const end = histogram.from + histogram.step * histogram.all.length;
  const isHigh = height >= minTwoRowHeight;
  const severe = [...histogram.errors, ...histogram.warnings].reduce((sum, value) => sum + value, 0);
  const times: StyledLine = [
    pen.run(`${clock(histogram.from).padStart(before - 1)} `, 'faint'),
    ...allCells(view, histogram, cursor, !isHigh),
    pen.run(` ${clock(end)}`, 'faint'),
  ];
  if (!isHigh) return [times];
  return [
    [
      pen.run('  ≥ WARN '.padEnd(before), severe === 0 ? 'faint' : 'plain'),
      ...graveCells(view, histogram, cursor),
      pen.run(` ${formatCount(severe)}`, 'faint'),
    ],
    times,
    ...markLine(view, histogram),
  ];
};
