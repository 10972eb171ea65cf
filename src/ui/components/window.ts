import type { Cursor } from '../cursor.ts';
import type { PaneRow } from '../panes/pane-row.ts';

/**
 * Where the cursor stands among these rows: on its object if that is there, on the folded row if its object has
 * become OK, on the one of its name after a switch to another environment, else where the object was.
 */
export const cursorRowIndex = (rows: readonly PaneRow[], cursor: Cursor): number => {
  const exact = cursor.key === undefined ? -1 : rows.findIndex((row) => row.key === cursor.key);
  if (exact >= 0) return exact;
  const inside = rows.findIndex((row) => row.foldedKeys?.includes(cursor.key ?? '') === true);
  if (inside >= 0) return inside;
  const named = cursor.label === undefined ? -1 : rows.findIndex((row) => row.label === cursor.label);
  if (named >= 0) return named;
  return Math.max(0, Math.min(cursor.index, rows.length - 1));
};

export interface VisibleWindow {
  readonly from: number;
  readonly to: number;
  /** Rows that are not seen. */
  readonly hidden: number;
}

/** The part of `count` rows that `room` lines show, with row `index` in it, near the middle once it has to move. */
export const visibleWindow = (count: number, room: number, index: number): VisibleWindow => {
  const height = Math.max(0, Math.min(count, room));
  const from = Math.max(0, Math.min(index - Math.floor(height / 2), count - height));
  return { from, to: from + height, hidden: count - height };
};
