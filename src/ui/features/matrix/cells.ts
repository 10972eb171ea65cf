import { ageText } from '../../../domain/duration.ts';
import type { SignalRow } from '../../../domain/snapshot.ts';
import { levelCell, staleCell } from '../../panes/level-cell.ts';
import { faultLook } from '../../text/faults.ts';
import type { Pen } from '../../text/pen.ts';
import { fitLine, fitRight, type Line, lineWidth } from '../../text/run.ts';
import { levelWords } from '../../theme/glyphs.ts';
import type { View } from '../../view.ts';
import type { MatrixCell } from './cell.ts';
import { sparkOf } from './spark.ts';
import { briefAge, valueText } from './values.ts';
import { windowOf } from './window.ts';

type Seen = Extract<MatrixCell, { is: 'seen' }>;

/** Why a signal without a value has none, where that has a mark of its own. */
const blindCell = (pen: Pen, { fault }: SignalRow): Line | undefined => {
  if (fault?.kind !== 'denied' && fault?.kind !== 'unconfigured') return undefined;
  const { glyph, role } = faultLook(fault.kind);
  return [pen.glyph(glyph, role), pen.run(fault.kind === 'denied' ? ' denied' : ' not set up', role)];
};

/** brief: level and value. roomy: with the age of what is old. aligned: values stand below each other. */
export type CellForm = 'brief' | 'roomy' | 'aligned';

/** 'OK  ' */
const leastWord = Math.max(levelWords.ok.length, levelWords.warn.length);

/** A value past its limit that has not held long enough to be raised: no longer OK, not yet WARN. */
const pendingWord = 'PEND';

const seenCell = ({ pen, now }: View, { signal }: Seen, how: CellForm): Line => {
  const { level, value, unit, stale, at } = signal;
  if (value === undefined) return blindCell(pen, signal) ?? levelCell(pen, level);
  const text = valueText(value, unit);
  if (stale)
    return staleCell(pen, how === 'roomy' && at !== undefined ? `${text}, ${ageText(now - at)} old` : text);
  if (level === 'ok' && signal.verdict?.pending !== undefined)
    return [...levelCell(pen, 'warn', pendingWord), pen.run(` ${text}`)];
  const word = how === 'aligned' ? levelWords[level].padEnd(leastWord) : levelWords[level];
  return [...levelCell(pen, level, word), pen.run(` ${text}`)];
};

/** A signal in one environment: level and value, or why there is none. */
export const matrixCell = (view: View, cell: MatrixCell, how: CellForm): Line => {
  const { pen } = view;
  if (cell.is === 'not-set') return [pen.run('– not set', 'faint')];
  if (cell.is === 'not-kept') return [pen.glyph('none', 'stale'), pen.run(' not kept', 'stale')];
  if (cell.is === 'waiting') return [pen.glyph('loading', 'loading'), pen.run(' asking', 'loading')];
  return seenCell(view, cell, how);
};

/** Since when its level stands. */
export const sinceText = ({ now }: View, cell: MatrixCell): string =>
  cell.is !== 'seen' || cell.signal.verdict === undefined ? '' : ageText(now - cell.signal.verdict.since);

/** Its values over the window, in the colour of its level. */
export const sparkCell = (view: View, cell: MatrixCell, cells: number): Line => {
  if (cell.is !== 'seen' || cells < 1) return [];
  const { signal, spec, env } = cell;
  const text = sparkOf(spec, signal.key, env.facts, {
    now: view.now,
    spanMs: windowOf(view),
    cells,
    pen: view.pen,
  });
  const role = signal.stale ? 'stale' : signal.level === 'ok' ? 'faint' : signal.level;
  return [view.pen.run(text, role)];
};

/** Fewer steps than this tell nothing. */
const leastSteps = 3;

/** Cells of an age. */
const sinceCells = 3;

/** The room that level and value need in a column, so that what is alike stands below each other. */
export const leadFor = (view: View, cells: readonly MatrixCell[]): number =>
  Math.max(
    0,
    ...cells.map((cell) => (cell.is === 'seen' ? lineWidth(matrixCell(view, cell, 'aligned')) : 0)),
  );

/** Level, value, sparkline and since, `width` cells wide; what there is no room for is left out from the right. */
export const wholeCell = (view: View, cell: MatrixCell, width: number, leadCells: number): Line => {
  const { pen, now } = view;
  const lead = matrixCell(view, cell, 'aligned');
  if (cell.is !== 'seen' || (cell.signal.value === undefined && blindCell(pen, cell.signal) !== undefined))
    return lead;
  const { verdict } = cell.signal;
  const since = pen.run(verdict === undefined ? '' : briefAge(now - verdict.since), 'faint');
  const steps = width - leadCells - sinceCells - 2;
  const rest = width - leadCells;
  if (rest < sinceCells + 1) return lead;
  const head = fitLine(lead, leadCells, 'plain', pen.mark);
  if (steps < leastSteps) return [...head, ...fitRight([since], rest)];
  return [...head, pen.run(' '), ...sparkCell(view, cell, steps), ...fitRight([since], sinceCells + 1)];
};
