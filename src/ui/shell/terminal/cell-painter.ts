import type { StyledPiece } from '../../kit/text/ansi.ts';
import { positionedRowToAnsi, rowToAnsi, type StyledRow } from '../../kit/text/ansi.ts';
import { isSingleCellText } from '../../kit/text/width.ts';

/** The changed part of a row: its first cell (0-based) and its new content. */
interface Changed {
  readonly from: number;
  readonly row: StyledRow;
  /** True: the whole row changed, so the old one must be erased first. */
  readonly whole?: boolean;
}

const samePiece = (a: StyledPiece | undefined, b: StyledPiece | undefined): boolean =>
  a !== undefined && b !== undefined && a.style === b.style && a.text === b.text;

const sameRow = (a: StyledRow, b: StyledRow): boolean =>
  a === b || (a.length === b.length && a.every((piece, index) => samePiece(piece, b[index])));

/** The length of the common prefix of two texts, in code units. */
const commonPrefixLength = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a.charCodeAt(count) === b.charCodeAt(count)) count++;
  return count;
};

const alikeAtEnd = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && a.charCodeAt(a.length - 1 - count) === b.charCodeAt(b.length - 1 - count)) count++;
  return count;
};

/** The width of a row whose characters are all one cell wide. */
const cellsOf = (row: StyledRow): number => row.reduce((sum, { text }) => sum + text.length, 0);

/** Removes cells at the beginning and at the end of a row. */
const trimmed = (row: StyledRow, before: number, after: number): StyledRow => {
  const first = row[0];
  const last = row.at(-1);
  if (first === undefined || last === undefined) return row;
  if (row.length === 1) return [{ ...first, text: first.text.slice(before, first.text.length - after) }];
  return [
    { ...first, text: first.text.slice(before) },
    ...row.slice(1, -1),
    { ...last, text: last.text.slice(0, last.text.length - after) },
  ];
};

/**
 * The part of `now` that differs from `was`; undefined if they are equal. Rows with characters that are not one cell wide
 * are written as a whole, because their width may differ in the terminal.
 */
export const changedPart = (was: StyledRow, now: StyledRow): Changed | undefined => {
  if (sameRow(was, now)) return undefined;
  const whole: Changed = { from: 0, row: now, whole: true };
  const simple = [...was, ...now].every(({ text }) => isSingleCellText(text));
  if (!simple || cellsOf(was) !== cellsOf(now)) return whole;
  let start = 0;
  while (samePiece(was[start], now[start])) start++;
  let oldEnd = was.length;
  let newEnd = now.length;
  while (oldEnd > start && newEnd > start && samePiece(was[oldEnd - 1], now[newEnd - 1])) {
    oldEnd--;
    newEnd--;
  }
  const from = cellsOf(now.slice(0, start));
  const old = was.slice(start, oldEnd);
  const middle = now.slice(start, newEnd);
  const oldFirst = old[0];
  const first = middle[0];
  const oldLast = old.at(-1);
  const last = middle.at(-1);
  if (oldFirst === undefined || first === undefined || oldLast === undefined || last === undefined)
    return { from, row: middle };
  const before = oldFirst.style === first.style ? commonPrefixLength(oldFirst.text, first.text) : 0;
  const most = Math.min(
    last.text.length - (middle.length === 1 ? before : 0),
    oldLast.text.length - (old.length === 1 ? before : 0),
  );
  const after = oldLast.style === last.style ? Math.min(most, alikeAtEnd(oldLast.text, last.text)) : 0;
  return { from: from + before, row: trimmed(middle, before, after) };
};

const synchronized = { begin: '\u001b[?2026h', end: '\u001b[?2026l' } as const;
/** Disables automatic wrapping, so that a row the terminal considers too wide does not shift the rows below. */
const wrap = { off: '\u001b[?7l', on: '\u001b[?7h' } as const;
const clearScreen = '\u001b[2J';
const clearRow = '\u001b[2K';

const goTo = (row: number, column: number): string => `\u001b[${row + 1};${column + 1}H`;

/** The bytes that replace one row by another. */
const overwritten = (was: StyledRow, now: StyledRow, index: number): string => {
  const changed = changedPart(was, now);
  if (changed === undefined) return '';
  if (changed.whole === true) return goTo(index, 0) + clearRow + positionedRowToAnsi(now);
  return goTo(index, changed.from) + rowToAnsi(changed.row);
};

/** Updates a terminal to show given rows. */
interface CellPainter {
  /** The bytes to write so that the screen shows these rows; '' if it already does. */
  bytesFor(rows: readonly StyledRow[]): string;
  /** Forgets the screen content: the next frame is written completely on a cleared screen. */
  reset(): void;
}

/** Creates a painter that tracks the screen content and writes only changed cells. */
export const createCellPainter = (): CellPainter => {
  let shown: readonly StyledRow[] | undefined;
  const bytesOf = (rows: readonly StyledRow[]): string => {
    const before = shown;
    if (before === undefined || before.length !== rows.length)
      return clearScreen + rows.map((row, index) => goTo(index, 0) + positionedRowToAnsi(row)).join('');
    return rows.map((row, index) => overwritten(before[index] ?? [], row, index)).join('');
  };
  return {
    reset: () => {
      shown = undefined;
    },
    bytesFor: (rows) => {
      const bytes = bytesOf(rows);
      shown = rows;
      return bytes === '' ? '' : synchronized.begin + wrap.off + bytes + wrap.on + synchronized.end;
    },
  };
};
