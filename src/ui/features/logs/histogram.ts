import type { Millis } from '../../../domain/fault.ts';
import { formatCount, isoTime } from '../../../domain/format.ts';
import { computeHistogram as countsOf, histogramAxis, ringTimeSpan } from '../../../logs/ring/histogram.ts';
import type { LogsState } from '../../../logs/ring/logs-state.ts';
import { memoizePerObject } from '../../panes/memoize.ts';
import type { RenderContext } from '../../render-context.ts';
import type { StyledLine, StyledRun } from '../../text/line.ts';
import type { TextRole } from '../../theme/roles.ts';
import { errorLevelCode, ringRowHead, warnLevelCode } from './ring-row.ts';
import { toDisplayTime } from './time-format.ts';
import { logCursorRow } from './view-state-access.ts';

/** How many lines there were when, of all that are shown: in each cell all, warnings, errors and what is graver. */
interface LogHistogram {
  /** Wall clock; the first cell begins here. */
  readonly from: Millis;
  /** Of one cell. */
  readonly step: Millis;
  readonly all: Uint32Array;
  readonly warnings: Uint32Array;
  readonly errors: Uint32Array;
}

const make = ({ ring, lens }: LogsState, cells: number): LogHistogram | undefined => {
  const spanned = ringTimeSpan(ring);
  if (spanned === undefined || spanned.to <= spanned.from || cells < 2) return undefined;
  const axis = histogramAxis(spanned.from, spanned.to, cells);
  const { counts } = countsOf(lens.blocks, axis.from, axis.to, cells);
  const [all, warnings, errors] = [new Uint32Array(cells), new Uint32Array(cells), new Uint32Array(cells)];
  const levels = counts.length / cells;
  for (const [at, count] of counts.entries()) {
    const [cell, level] = [Math.floor(at / levels), at % levels];
    all[cell] = (all[cell] ?? 0) + count;
    if (level === warnLevelCode) warnings[cell] = count;
    if (level >= errorLevelCode) errors[cell] = (errors[cell] ?? 0) + count;
  }
  return { from: axis.from, step: (axis.to - axis.from) / cells, all, warnings, errors };
};

const kept = memoizePerObject<LogHistogram | undefined>();

/** What is shown, counted in so many cells over the time that the ring spans; undefined where that is no time. */
const logHistogram = (logs: LogsState, cells: number): LogHistogram | undefined =>
  kept(logs.lens, [logs.lens.version, logs.ring.version, cells], () => make(logs, cells));

export const histogramCellAt = ({ from, step, all }: LogHistogram, at: Millis): number =>
  Math.max(0, Math.min(all.length - 1, Math.floor((at - from) / step)));

/** '   10:02 ' in front of the cells, ' 10:15 ' behind them; with seconds where minutes would not tell them apart. */
const before = 10;
const behind = 9;
/** From so long a time on minutes are enough. */
const minutesFrom: Millis = 10 * 60_000;
/** From so many rows of the pane on what is graver than information has a row of its own. */
const twoRowsFrom = 30;
/** Fewer rows of the pane than this are all for lines. */
const leastHeight = 12;

const cellsOf = (width: number): number => Math.max(0, width - before - behind);

/** The strip's counts, where there is one in a pane of this size. */
export const histogramForPane = (logs: LogsState, width: number, height: number): LogHistogram | undefined =>
  height < leastHeight ? undefined : logHistogram(logs, cellsOf(width));

/** The moment under a cell of the pane; undefined: the strip is not there. */
export const timeAtCell = ({ from, step, all }: LogHistogram, x: number): Millis | undefined => {
  const cell = x - before;
  return cell < 0 || cell >= all.length ? undefined : from + cell * step;
};

const stepOf = (steps: string, value: number, most: number): string =>
  value === 0
    ? ' '
    : (steps[Math.min(steps.length - 1, Math.ceil((steps.length * value) / most) - 1)] ?? ' ');

/** Neighbours that look the same are one run. */
const joined = (cells: readonly StyledRun[]): StyledLine => {
  const line: StyledRun[] = [];
  for (const cell of cells) {
    const last = line.at(-1);
    if (last?.role === cell.role) line[line.length - 1] = { text: last.text + cell.text, role: cell.role };
    else line.push(cell);
  }
  return line;
};

const gravest = ({ errors, warnings }: LogHistogram, cell: number): TextRole => {
  if ((errors[cell] ?? 0) > 0) return 'crit';
  return (warnings[cell] ?? 0) > 0 ? 'warn' : 'faint';
};

/** Where there is one row only, a mark says what a colour alone must not say. */
const allCells = ({ pen }: RenderContext, made: LogHistogram, cursor: number, marks: boolean): StyledLine => {
  const most = Math.max(...made.all);
  return joined(
    Array.from(made.all, (value, cell): StyledRun => {
      const role = gravest(made, cell);
      const isMarked = marks && (role === 'crit' || role === 'warn');
      const text = isMarked ? pen.glyph(role).text : stepOf(pen.sparkSteps, value, most);
      return { text, role: cell === cursor ? 'hit' : isMarked ? role : 'faint' };
    }),
  );
};

const graveCells = ({ pen }: RenderContext, made: LogHistogram, cursor: number): StyledLine => {
  const grave = made.errors.map((errors, cell) => errors + (made.warnings[cell] ?? 0));
  const most = Math.max(1, ...grave);
  return joined(
    Array.from(
      grave,
      (value, cell): StyledRun => ({
        text: stepOf(pen.sparkSteps, value, most),
        role: cell === cursor ? 'hit' : gravest(made, cell),
      }),
    ),
  );
};

/** How many lines of which level there were when, over the time that the ring spans; the cursor's cell is inverse. */
export const renderHistogram = (
  view: RenderContext,
  logs: LogsState,
  width: number,
  height: number,
): readonly StyledLine[] => {
  const made = histogramForPane(logs, width, height);
  if (made === undefined) return [];
  const { pen, ui } = view;
  const isLong = made.step * made.all.length >= minutesFrom;
  const clock = (at: Millis): string => isoTime(toDisplayTime(at, ui.logs.clock)).slice(11, isLong ? 16 : 19);
  const id = logCursorRow(view);
  const at = id === undefined ? undefined : ringRowHead(logs.ring, id)?.at;
  const cursor = at === undefined ? -1 : histogramCellAt(made, at);
  const end = made.from + made.step * made.all.length;
  const isHigh = height >= twoRowsFrom;
  const grave = [...made.errors, ...made.warnings].reduce((sum, value) => sum + value, 0);
  const times: StyledLine = [
    pen.run(`${clock(made.from).padStart(before - 1)} `, 'faint'),
    ...allCells(view, made, cursor, !isHigh),
    pen.run(` ${clock(end)}`, 'faint'),
  ];
  if (!isHigh) return [times];
  return [
    [
      pen.run('  ≥ WARN '.padEnd(before), grave === 0 ? 'faint' : 'plain'),
      ...graveCells(view, made, cursor),
      pen.run(` ${formatCount(grave)}`, 'faint'),
    ],
    times,
  ];
};
