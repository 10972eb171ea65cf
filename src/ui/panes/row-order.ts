import type { Millis } from '../../domain/fault.ts';
import type { PaneId } from '../cursor.ts';
import type { PaneRow } from './pane-row.ts';

/** The order of a pane's rows while the user moves in them. */
export interface OrderHold {
  readonly pane: PaneId;
  /** Keys of the displayed rows in their order. The same object while it is unchanged. */
  readonly keys: readonly string[];
  /** The part of the pane's state that determines which rows it shows, and how they are sorted. */
  readonly query: readonly unknown[];
  /** The last key or click in the pane (engine clock). */
  readonly at: Millis;
}

/** Time without a key after which rows are sorted again. */
export const orderHeldMs: Millis = 3000;
/** Time for which the title of the pane says so. */
export const resortedHintMs: Millis = 3000;

export const sameItems = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);

/**
 * The rows in the held order. New rows come last, before the row of the folded ones, so that nothing moves above the cursor;
 * new children of a tree stay with their parent.
 */
export const inHeldOrder = <R extends PaneRow>(rows: readonly R[], keys: readonly string[]): readonly R[] => {
  const places = new Map(keys.map((key, index) => [key, index]));
  const folded = rows.find(({ foldedKeys }) => foldedKeys !== undefined)?.key ?? '';
  const last = (places.get(folded) ?? keys.length) - 0.5;
  const blocks: { readonly place: number; readonly rows: R[] }[] = [];
  for (const row of rows) {
    const place = places.get(row.key) ?? (row.foldedKeys === undefined ? undefined : keys.length);
    const block = blocks.at(-1);
    if (place === undefined && (row.treePosition?.depth ?? 0) > 0 && block !== undefined)
      block.rows.push(row);
    else blocks.push({ place: place ?? last, rows: [row] });
  }
  return blocks.toSorted((a, b) => a.place - b.place).flatMap((block) => block.rows);
};
