import type { Level } from '../../../domain/facts/level.ts';
import { isExpectedAbsence, type SignalRow } from '../../../domain/facts/snapshot.ts';
import { formatStateAge } from '../../../domain/facts/state-start.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import { type FigureWidths, measureFigures, padFigure } from '../../kit/components/figures.ts';
import { fitLine, fitLineRight, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import type { TextPen } from '../../kit/text/pen.ts';
import { widthOf } from '../../kit/text/width.ts';
import { levelWords } from '../../kit/theme/glyphs.ts';
import type { TextRole } from '../../kit/theme/roles.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { renderLevel, renderStale } from '../../shell/panes/problem.ts';
import { faultStyle } from '../../shell/state/fault-text.ts';
import { matrixWindowMs } from '../signals/chart-window.ts';
import { hasNoLimits, type MatrixCell, type MatrixRow } from '../signals/rows.ts';
import { renderSparkline, sparkRuns } from '../signals/spark.ts';
import { compactAge, formatAxisNumber, formatValue, splitValue } from '../signals/values.ts';

type Seen = Extract<MatrixCell, { is: 'seen' }>;

/** The cell of a signal without a value, if it is not its level: no data, denied or not configured. */
const missingValueCell = (pen: TextPen, signal: SignalRow): StyledLine | undefined => {
  const { fault } = signal;
  if (isExpectedAbsence(signal)) return noDataCell(pen);
  if (fault?.kind !== 'denied' && fault?.kind !== 'unconfigured') return undefined;
  const { glyph, role } = faultStyle(fault.kind);
  return [pen.glyph(glyph, role), pen.run(fault.kind === 'denied' ? ' denied' : ' not configured', role)];
};

/** The cell of a signal without a value where none is expected: unknown is never OK. */
const noDataCell = (pen: TextPen): StyledLine => [pen.run('– no data', 'faint')];

/** The word of a value whose signal has no limits: it informs, and was not checked. */
const infoWord = 'INFO';

const infoCell = (pen: TextPen): StyledLine => [pen.glyph('off', 'stale'), pen.run(` ${infoWord}`, 'stale')];

/** The cell of folded rows: OK, and how many of them have no data. */
export const foldedCell = (pen: TextPen, rows: readonly MatrixRow[]): StyledLine => {
  const without = rows.filter((row) => row.isWithoutData === true).length;
  const free = rows.filter((row) => row.isWithoutLimits === true).length;
  if (without === rows.length) return noDataCell(pen);
  const more = [free === 0 ? '' : ` · ${free} ${infoWord}`, without === 0 ? '' : ` · ${without} no data`];
  if (without + free === rows.length) return [...infoCell(pen), pen.run(more[1] ?? '', 'faint')];
  return [...renderLevel(pen, 'ok'), pen.run(more.join(''), 'faint')];
};

/** brief: level and value. roomy: also the age of a stale value. aligned: values line up below each other. value: without the level. */
type MatrixCellFormat = 'brief' | 'roomy' | 'aligned' | 'value';

/** Width of the level word: 'OK  '. */
const levelWordCells = Math.max(levelWords.ok.length, levelWords.warn.length);
/** Width of the level before a value: '● OK   '. */
const levelCells = 2 + levelWordCells + 1;

/** The level word of a value beyond its limit whose `for` duration has not passed: no longer OK, not yet WARN. */
const pendingWord = 'PEND';

/** The widths of the parts of the numbers in a column, if they fit `width` cells together with the level. */
export const valueFigures = (cells: readonly MatrixCell[], width: number): FigureWidths | undefined => {
  const figures = measureFigures(
    cells.flatMap((cell) =>
      cell.is === 'seen' && typeof cell.signal.value === 'number'
        ? [{ text: formatValue(cell.signal.value, cell.signal.unit), role: 'plain' as const }]
        : [],
    ),
  );
  if (figures === undefined) return undefined;
  return levelCells + figures.whole + figures.fraction + figures.unit <= width ? figures : undefined;
};

/** A value beyond its limit has the color of its level, its unit is dim. */
const valueRole = (level: Level, role: TextRole): TextRole =>
  role !== 'plain' || level === 'ok' ? role : level;

const seenCell = (
  { pen, now }: RenderContext,
  cell: Seen,
  how: MatrixCellFormat,
  figures?: FigureWidths,
): StyledLine => {
  const { signal } = cell;
  const { level, value, unit, stale, at } = signal;
  if (value === undefined) return missingValueCell(pen, signal) ?? renderLevel(pen, level);
  const text = formatValue(value, unit);
  const number = figures === undefined ? [pen.run(text)] : padFigure(pen.run(text), figures);
  if (stale)
    return renderStale(
      pen,
      how === 'roomy' && at !== undefined ? `${text}, ${formatAge(now - at)} old` : text,
    );
  if (how === 'value') return number.map((run) => ({ ...run, role: valueRole(level, run.role) }));
  if (hasNoLimits(cell)) return [...infoCell(pen), pen.run(' '), ...number];
  if (level === 'ok' && signal.verdict?.pending !== undefined)
    return [...renderLevel(pen, 'warn', pendingWord), pen.run(' '), ...number];
  const isPadded = how === 'aligned' || figures !== undefined;
  const word = isPadded ? levelWords[level].padEnd(levelWordCells) : levelWords[level];
  return [...renderLevel(pen, level, word), pen.run(' '), ...number];
};

/** Renders a signal in one environment: level and value, or the reason for a missing value. */
export const matrixCell = (
  view: RenderContext,
  cell: MatrixCell,
  how: MatrixCellFormat,
  figures?: FigureWidths,
): StyledLine => {
  const { pen } = view;
  if (how === 'value' && cell.is !== 'seen' && cell.is !== 'not-kept') return [pen.run('–', 'faint')];
  if (cell.is === 'not-set') return [pen.run('– not set', 'faint')];
  if (cell.is === 'no-series') return [pen.run('– no series', 'faint')];
  if (cell.is === 'not-kept') return [pen.glyph('none', 'stale'), pen.run(' no history', 'stale')];
  if (cell.is === 'waiting') return [pen.glyph('loading', 'loading'), pen.run(' loading', 'loading')];
  return seenCell(view, cell, how, figures);
};

/** Cells of a brief value: '3,840', '12.4k', '185M'. */
export const briefValueCells = 5;

/** The value of another environment in a narrow column: as short as on the axis of a chart where it is long, with a mark where it is old. */
export const briefValueCell = (view: RenderContext, cell: MatrixCell): StyledLine => {
  const { pen } = view;
  if (cell.is === 'waiting') return [pen.glyph('loading', 'loading')];
  if (cell.is !== 'seen') return [pen.run('–', 'faint')];
  const { value, unit, level, stale } = cell.signal;
  if (stale) return [pen.glyph('stale', 'stale')];
  if (value === undefined)
    return isExpectedAbsence(cell.signal) ? [pen.run('–', 'faint')] : [pen.glyph(level, level)];
  const text = formatValue(value, unit);
  const isLong = widthOf(text) > briefValueCells && typeof value === 'number';
  const run = pen.run(isLong ? formatAxisNumber(value, unit) : text, valueRole(level, 'plain'));
  return fitLine([run], Math.min(widthOf(run.text), briefValueCells), 'plain', pen.ellipsis);
};

/** The time since the last level change, or since it was first seen. */
export const levelSinceText = ({ now }: RenderContext, cell: MatrixCell): string =>
  cell.is !== 'seen' || cell.signal.verdict === undefined ? '' : formatStateAge(cell.signal.verdict, now);

/** The widths of numbers and units in a column of values without level words. */
interface ValueWidths {
  readonly number: number;
  readonly unit: number;
}

/** Cells of a number beside its unit, from which on it is as short as on the axis of a chart: '123,456', '1.2M'. */
const mostNumberCells = 7;

const shortParts = (value: number | string | undefined, unit: string): ReturnType<typeof splitValue> => {
  const parts = splitValue(value, unit);
  return typeof value === 'number' && widthOf(parts.number) > mostNumberCells
    ? { ...parts, number: formatAxisNumber(value, unit) }
    : parts;
};

/** Measures numbers and units, which are columns of their own. */
export const valueWidths = (cells: readonly MatrixCell[]): ValueWidths => {
  const values = cells.flatMap((cell) =>
    cell.is === 'seen' && typeof cell.signal.value === 'number'
      ? [shortParts(cell.signal.value, cell.signal.unit)]
      : [],
  );
  return {
    number: Math.max(3, ...values.map(({ number }) => widthOf(number))),
    unit: Math.max(0, ...values.map(({ unit }) => widthOf(unit))),
  };
};

/** Renders a value in the color of its level, and its unit dim: '48.8 %', ' 336 /min'. */
export const valueCell = (view: RenderContext, cell: MatrixCell, widths: ValueWidths): StyledLine => {
  if (cell.is !== 'seen' || cell.signal.value === undefined || cell.signal.stale)
    return matrixCell(view, cell, 'value');
  const { pen } = view;
  const { value, unit, level } = cell.signal;
  const parts = shortParts(value, unit);
  const number = typeof value === 'number' ? parts.number.padStart(widths.number) : parts.number;
  return [
    pen.run(number, valueRole(level, 'plain')),
    pen.run(parts.unit === '' ? '' : ` ${parts.unit}`, 'faint'),
  ];
};

/** Renders the sparkline over the time window; cells beyond a limit are in the color of its level. */
export const sparkCell = (view: RenderContext, cell: MatrixCell, cells: number): StyledLine => {
  if (cell.is !== 'seen' || cells < 1) return [];
  const { signal, spec, env } = cell;
  const drawn = renderSparkline(spec, signal.key, env.facts, {
    now: view.now,
    spanMs: matrixWindowMs(view),
    cells,
    pen: view.pen,
  });
  return sparkRuns(drawn, signal.stale);
};

/** Minimum width of a sparkline; fewer steps are not readable. */
const minSparkCells = 3;

/** The longest compact age. */
const longestAge = '≥59m';

/** The width of level and value in a column, so that the parts after them line up. */
export const leadWidth = (
  view: RenderContext,
  cells: readonly MatrixCell[],
  figures: FigureWidths | undefined,
  how: 'aligned' | 'value' = 'aligned',
): number =>
  Math.max(
    0,
    ...cells.map((cell) => (cell.is === 'seen' ? lineWidth(matrixCell(view, cell, how, figures)) : 0)),
  );

/** Renders level, value, sparkline and age, `width` cells wide. Parts that do not fit are omitted from the right. */
export const fullMatrixCell = (
  view: RenderContext,
  cell: MatrixCell,
  width: number,
  leadCells: number,
  figures: FigureWidths | undefined,
): StyledLine => {
  const { pen, now } = view;
  const lead = matrixCell(view, cell, 'aligned', figures);
  if (
    cell.is !== 'seen' ||
    (cell.signal.value === undefined && missingValueCell(pen, cell.signal) !== undefined)
  )
    return lead;
  const { verdict } = cell.signal;
  const since = pen.run(verdict === undefined ? '' : formatStateAge(verdict, now, compactAge), 'faint');
  const sinceCells = lineWidth([pen.run(longestAge)]);
  const steps = width - leadCells - sinceCells - 2;
  const rest = width - leadCells;
  if (rest < sinceCells + 1) return lead;
  const head = fitLine(lead, leadCells, 'plain', pen.ellipsis);
  if (steps < minSparkCells) return [...head, ...fitLineRight([since], rest)];
  return [...head, pen.run(' '), ...sparkCell(view, cell, steps), ...fitLineRight([since], sinceCells + 1)];
};
