import type { Millis } from '../../../../domain/base/fault.ts';
import { type LogLevel, levelCode } from '../../../../domain/facts/log-level.ts';
import { formatAge } from '../../../../domain/text/duration.ts';
import { formatCount, isoTime } from '../../../../domain/text/format.ts';
import {
  computeHistogram as countsOf,
  histogramAxis,
  histogramStart,
  ringTimeSpan,
} from '../../../../logs/ring/histogram.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { relativeAxis } from '../../../kit/chart/time-axis.ts';
import { barStep } from '../../../kit/text/bars.ts';
import { mergeRuns, type StyledLine, type StyledRun } from '../../../kit/text/line.ts';
import { widthOf } from '../../../kit/text/width.ts';
import type { TextRole } from '../../../kit/theme/roles.ts';
import type { PaneRoom } from '../../../shell/contract/pane-row.ts';
import { type RenderContext, toWallTime, wallNow } from '../../../shell/contract/render-context.ts';
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
  /** Cells of the pane before the first one. */
  readonly left: number;
  /** True: its bars have several rows. */
  readonly isHigh: boolean;
  /** The time from which lines are known; no line before it was read. */
  readonly knownFrom: Millis;
  /** Number of visible lines before the first cell. */
  readonly earlier: number;
  readonly all: Uint32Array;
  readonly warnings: Uint32Array;
  readonly errors: Uint32Array;
}

/** The start of the time that the chips ask for; undefined: they ask for none. */
const askedFrom = ({ filteredView: { chips } }: LogsState): Millis | undefined => {
  const starts = chips.flatMap((chip) => (chip.is === 'time' ? (chip.from ?? []) : []));
  return starts.length === 0 ? undefined : Math.max(...starts);
};

/** The time from which every line was read. Before it, none is known: that is not the same as none was written. */
const knownStart = ({ ring, scope, older }: LogsState, first: Millis): Millis => {
  if (ring.evicted > 0) return first;
  if (older.is === 'start') return Number.NEGATIVE_INFINITY;
  return Math.min(first, scope?.since ?? first);
};

type Counts = Pick<LogHistogram, 'all' | 'warnings' | 'errors'>;

const memoized = memoizePerObject<Counts>();

/** Counts the visible lines by cell. Memoized. */
const countCells = (
  { filteredView, ring }: LogsState,
  axis: { readonly from: Millis; readonly to: Millis },
  cells: number,
): Counts =>
  memoized(filteredView, [filteredView.version, ring.version, axis.from, axis.to, cells], () => {
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
    return { all, warnings, errors };
  });

export const histogramCellAt = ({ from, step, all }: LogHistogram, time: Millis): number =>
  Math.max(0, Math.min(all.length - 1, Math.floor((time - from) / step)));

/** Cells before and behind the bars of a histogram of one row: '   10:02 ' and ' 10:15 '. */
const besideOneRow = { left: 10, right: 9 };
/** Those of a high histogram, whose times are in a row below it: ' Lines ≥ WARN  ', and without room ' ≥ WARN  '. */
const besideBars = { wide: 15, narrow: 9, right: 2 };
/** Minimum width of a pane for the long labels. */
const minWideWidth = 80;
/** Minimum span at which the axis shows minutes only. */
const minMinutesSpan: Millis = 10 * 60_000;
/** Minimum pane height for a histogram of several rows. */
const minHighHeight = 30;
/** Minimum pane height for a histogram; smaller panes show lines only. */
const minHeight = 12;

type Size = Pick<PaneRoom, 'width' | 'height'>;

/** '‹ 12 earlier'; '' for none. */
const earlierText = (pen: RenderContext['pen'], count: number): string =>
  count === 0 ? '' : `${pen.ascii ? '<' : '‹'} ${formatCount(count)} earlier`;

/**
 * The start of the shown range: the time that was asked for, or the oldest line, without a few much earlier lines unless they are
 * many of the visible ones. `earlier`: at least the visible lines before it.
 */
const shownStart = (
  { ring, filteredView }: LogsState,
  from: Millis,
  to: Millis,
): { readonly from: Millis; readonly earlier: number } => {
  const { first, end } = ring;
  const timeOf = (id: number): Millis | undefined => ringRowHead(ring, id)?.at;
  const start = histogramStart({ first, end, atTime: (time) => ring.atTime(time), timeOf }, from, to);
  const earlier = start === from ? 0 : filteredView.rank(ring.atTime(start));
  return earlier * 2 > filteredView.shown ? { from, earlier: 0 } : { from: start, earlier };
};

/**
 * The counts of the histogram: from the time that was asked for, or the oldest line, until now. A few much earlier lines are counted
 * left of it. Undefined if the pane is too small for one, or the range is empty.
 */
export const histogramForPane = (
  view: RenderContext,
  logs: LogsState,
  { width, height }: Size,
): LogHistogram | undefined => {
  const isHigh = height >= minHighHeight;
  const lines = ringTimeSpan(logs.ring);
  if (lines === undefined || height < minHeight) return undefined;
  const start = askedFrom(logs);
  // The time before the first line and after the last one is part of the answer: nothing was logged in it.
  const first = Math.min(lines.from, start ?? lines.from);
  const to = view.past === undefined ? Math.max(lines.to, wallNow(view)) : lines.to;
  if (to <= first) return undefined;
  const shown = start === undefined ? shownStart(logs, first, to) : { from: first, earlier: 0 };
  // One row has the number of earlier lines beside its start.
  const beside = shown.earlier === 0 ? 0 : widthOf(earlierText(view.pen, shown.earlier)) + 1;
  const left = isHigh
    ? width >= minWideWidth
      ? besideBars.wide
      : besideBars.narrow
    : besideOneRow.left + beside;
  const cells = Math.max(0, width - left - (isHigh ? besideBars.right : besideOneRow.right));
  if (cells < 2) return undefined;
  const axis = histogramAxis(shown.from, to, cells);
  const counts = countCells(logs, axis, cells);
  const inside = counts.all.reduce((sum, count) => sum + count, 0);
  return {
    ...counts,
    from: axis.from,
    step: (axis.to - axis.from) / cells,
    left,
    isHigh,
    knownFrom: knownStart(logs, lines.from),
    earlier: Math.max(0, logs.filteredView.shown - inside),
  };
};

/** The time under a column of the pane, or undefined outside the histogram. */
export const timeAtCell = ({ from, step, all, left }: LogHistogram, x: number): Millis | undefined => {
  const cell = x - left;
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

/** Renders all lines in one row. `marks`: a mark repeats what the color says (never color alone). */
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

/** The lines of level WARN and above by cell. */
const severeCounts = ({ errors, warnings }: LogHistogram): Uint32Array =>
  errors.map((count, cell) => count + (warnings[cell] ?? 0));

/** '✗ 17 lines': the worst level and the number of the lines of the highest bar. */
const peakText = ({ pen }: RenderContext, histogram: LogHistogram, cell: number): StyledLine => {
  const role = worstRole(histogram, cell);
  if (role === 'faint') return [];
  const count = severeCounts(histogram)[cell] ?? 0;
  const text = ` ${formatCount(count)} ${count === 1 ? 'line' : 'lines'}`;
  return [pen.glyph(role === 'crit' ? 'crit' : 'warn', role), pen.run(text, role)];
};

/** Writes what the highest bar counts beside it, where the row has room. */
const withPeak = (row: readonly StyledRun[], text: StyledLine, peak: number): readonly StyledRun[] => {
  const letters = text.flatMap(({ text: part, role }) => [...part].map((letter) => ({ text: letter, role })));
  const isFree = (start: number): boolean =>
    start >= 0 &&
    start + letters.length <= row.length &&
    row.slice(start, start + letters.length).every((run) => run.text === ' ');
  const start = [peak - letters.length - 1, peak + 2].find(isFree);
  if (start === undefined || letters.length === 0) return row;
  return row.map((run, cell) => letters[cell - start] ?? run);
};

/** Renders the lines of level WARN and above as bars of `rows` rows on an axis, which is dotted where no line was read. */
const severeRows = (
  view: RenderContext,
  histogram: LogHistogram,
  cursor: number,
  rows: number,
): readonly StyledLine[] => {
  const { pen } = view;
  const severe = severeCounts(histogram);
  const most = Math.max(1, ...severe);
  const axis = (cell: number): StyledRun => {
    const end = histogram.from + (cell + 1) * histogram.step;
    const text = end <= histogram.knownFrom ? '·' : (pen.sparkSteps[0] ?? ' ');
    return pen.run(text, cell === cursor ? 'hit' : 'rule');
  };
  return Array.from({ length: rows }, (_, index): StyledLine => {
    const row = rows - 1 - index;
    const cells = Array.from(severe, (value, cell): StyledRun => {
      if (row === 0 && value === 0) return axis(cell);
      const step = barStep(pen, value / most, { row, rows });
      // A bar is higher than the axis.
      const text = row === 0 && step === pen.sparkSteps[0] ? (pen.sparkSteps[1] ?? step) : step;
      return { text, role: row === 0 && cell === cursor ? 'hit' : worstRole(histogram, cell) };
    });
    const peak = severe.indexOf(most);
    return mergeRuns(
      index === 0 && peak >= 0 ? withPeak(cells, peakText(view, histogram, peak), peak) : cells,
    );
  });
};

/** The minimum level that the chips show, if it is WARN or above; undefined: lines of other levels are shown, too. */
const leastShown = ({ filteredView: { chips } }: LogsState): LogLevel | undefined =>
  chips
    .flatMap((chip) => (chip.is === 'level' && levelCode(chip.least) >= warnLevelCode ? [chip.least] : []))
    .toSorted((a, b) => levelCode(b) - levelCode(a))[0];

const dayMs: Millis = 24 * 3_600_000;

/** Formats times of the axis as short as its span allows: '10:02:13', '10:02', '03-01 10:02', and where there is little room '03-01'. */
const axisClock = (
  { ui }: RenderContext,
  { step, all, isHigh }: LogHistogram,
): ((time: Millis) => string) => {
  const span = step * all.length;
  const [start, end] = span >= dayMs ? [5, isHigh ? 16 : 10] : [11, span >= minMinutesSpan ? 16 : 19];
  return (time) => isoTime(toDisplayTime(time, ui.logs.clock)).slice(start, end).replace('T', ' ');
};

/** Rows of a high histogram above its time axis. */
const highRows = 3;

/** Renders the histogram of several rows: bars of severe lines, all lines below them unless they are the same, and the time axis. */
const highHistogram = (
  view: RenderContext,
  logs: LogsState,
  histogram: LogHistogram,
  cursor: number,
): readonly StyledLine[] => {
  const { pen } = view;
  const { from, step, left, all, earlier } = histogram;
  const least = leastShown(logs);
  const rows = least === undefined ? highRows - 1 : highRows;
  const isWide = left === besideBars.wide;
  const label = (start: string, text: string): StyledLine => [
    pen.run(` ${start}`, 'bold'),
    pen.run(text.padEnd(left - 1 - start.length), 'faint'),
  ];
  const labels = [
    label(isWide ? 'Lines' : '', `${isWide ? ' ' : ''}≥ ${(least ?? 'warn').toUpperCase()}`),
    label('', `per ${formatAge(step)}`),
    label('', ''),
  ];
  const events = chartEvents(view).map((entry) => ({ ...entry, at: toWallTime(view, entry.at) }));
  const clock = axisClock(view, histogram);
  return [
    ...severeRows(view, histogram, cursor, rows).map((line, index) => [...(labels[index] ?? []), ...line]),
    ...(least === undefined ? [[...label('', 'all'), ...allCells(view, histogram, cursor, false)]] : []),
    relativeAxis(pen, {
      cells: all.length,
      indent: left,
      start: [earlierText(pen, earlier), clock(from)]
        .filter((text) => text !== '')
        .join(pen.ascii ? ' - ' : ' · '),
      end: view.past === undefined ? 'now' : clock(from + step * all.length),
      marks: chartMarks(events, { from, cellMs: step, cells: all.length }),
    }),
  ];
};

/** Renders the histogram of lines by level over the whole range. The cell under the cursor is inverse. */
export const renderHistogram = (view: RenderContext, logs: LogsState, size: Size): readonly StyledLine[] => {
  const histogram = histogramForPane(view, logs, size);
  if (histogram === undefined) return [];
  const { pen } = view;
  const id = logCursorRow(view);
  const moment = id === undefined ? undefined : ringRowHead(logs.ring, id)?.at;
  const cursor = moment === undefined ? -1 : histogramCellAt(histogram, moment);
  if (size.height >= minHighHeight) return highHistogram(view, logs, histogram, cursor);
  const { from, step, all, left, earlier } = histogram;
  const clock = axisClock(view, histogram);
  const start = [earlierText(pen, earlier), clock(from)].filter((text) => text !== '').join(' ');
  const end = view.past === undefined ? 'now' : clock(from + step * all.length);
  return [
    [
      pen.run(`${start.padStart(left - 1)} `, 'faint'),
      ...allCells(view, histogram, cursor, true),
      pen.run(` ${end}`, 'faint'),
    ],
  ];
};
