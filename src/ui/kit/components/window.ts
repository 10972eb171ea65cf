import type { Cursor } from './cursor.ts';

/** A row of a list with a cursor. */
interface ListedRow {
  readonly key: string;
  readonly label: string;
  /** Keys of the rows folded into this one. */
  readonly foldedKeys?: readonly string[];
}

/**
 * The row index of the cursor: its object if present, else the folded row that contains the object,
 * else the row with the same label (after an environment switch), else the previous index.
 */
export const cursorRowIndex = (rows: readonly ListedRow[], cursor: Cursor): number => {
  const { key } = cursor;
  if (key !== undefined) {
    // Where the cursor was set, unless the rows have been re-sorted since.
    if (rows[cursor.index]?.key === key) return cursor.index;
    const exact = rows.findIndex((row) => row.key === key);
    if (exact >= 0) return exact;
    const inside = rows.findIndex((row) => row.foldedKeys?.includes(key) === true);
    if (inside >= 0) return inside;
  }
  const named = cursor.label === undefined ? -1 : rows.findIndex((row) => row.label === cursor.label);
  if (named >= 0) return named;
  return Math.max(0, Math.min(cursor.index, rows.length - 1));
};

export interface VisibleWindow {
  readonly from: number;
  readonly to: number;
  /** Number of rows outside the window. */
  readonly hidden: number;
}

/** The window of `room` lines over `count` rows that contains row `index`, near its middle when the list scrolls. */
export const visibleWindow = (count: number, room: number, index: number): VisibleWindow => {
  const height = Math.max(0, Math.min(count, room));
  const from = Math.max(0, Math.min(index - Math.floor(height / 2), count - height));
  return { from, to: from + height, hidden: count - height };
};
