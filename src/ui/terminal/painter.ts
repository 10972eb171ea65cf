import { paintHeld, paintRow, type Row } from '../text/paint.ts';
import { changedPart } from './changed.ts';

const synchronized = { begin: '\u001b[?2026h', end: '\u001b[?2026l' } as const;
/** Without it a row that the terminal finds wider than we do would push the rest onto the next one. */
const wrap = { off: '\u001b[?7l', on: '\u001b[?7h' } as const;
const clearScreen = '\u001b[2J';
const clearRow = '\u001b[2K';

const goTo = (row: number, column: number): string => `\u001b[${row + 1};${column + 1}H`;

/** A row where another one stood. */
const overwritten = (was: Row, now: Row, index: number): string => {
  const changed = changedPart(was, now);
  if (changed === undefined) return '';
  if (changed.whole === true) return goTo(index, 0) + clearRow + paintHeld(now);
  return goTo(index, changed.from) + paintRow(changed.row);
};

/** Brings a terminal from what it shows to what it is to show, in one write. */
export interface Painter {
  /** What to write so that the screen shows these rows; '' when it does. */
  bytesFor(rows: readonly Row[]): string;
  /** What the terminal shows is not known any more: the next frame is written whole, on an empty screen. */
  forget(): void;
}

/** Knows what the terminal shows, and writes only what differs: cells, each at its own place. */
export const createPainter = (): Painter => {
  let shown: readonly Row[] | undefined;
  const bytesOf = (rows: readonly Row[]): string => {
    const before = shown;
    if (before === undefined || before.length !== rows.length)
      return clearScreen + rows.map((row, index) => goTo(index, 0) + paintHeld(row)).join('');
    return rows.map((row, index) => overwritten(before[index] ?? [], row, index)).join('');
  };
  return {
    forget: () => {
      shown = undefined;
    },
    bytesFor: (rows) => {
      const bytes = bytesOf(rows);
      shown = rows;
      return bytes === '' ? '' : synchronized.begin + wrap.off + bytes + wrap.on + synchronized.end;
    },
  };
};
