import type { Millis } from '../../../domain/base/fault.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
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
  a === b || (a.length === b.length && a.every((value, index) => value === b[index]));

/** Keys by list of rows: a list of thousands of rows is compared by identity while it is unchanged. */
const keysByRows = new WeakMap<readonly PaneRow[], readonly string[]>();

/** The keys of a list of rows; the same object for the same list. */
export const rowKeys = (rows: readonly PaneRow[]): readonly string[] => {
  const cached = keysByRows.get(rows);
  if (cached !== undefined) return cached;
  const keys = rows.map(({ key }) => key);
  keysByRows.set(rows, keys);
  return keys;
};

const placesByKeys = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

/** The index of each key. */
const placesOf = (keys: readonly string[]): ReadonlyMap<string, number> => {
  const cached = placesByKeys.get(keys);
  if (cached !== undefined) return cached;
  const places = new Map(keys.map((key, index) => [key, index]));
  placesByKeys.set(keys, places);
  return places;
};

/** Rows in their held places, and those without one. */
interface HeldRows<R> {
  readonly held: readonly (R | undefined)[];
  /** New rows by the held place of the row that they stay below. */
  readonly below: ReadonlyMap<number, readonly R[]>;
  readonly added: readonly R[];
  readonly folded: readonly R[];
}

const intoPlaces = <R extends PaneRow>(rows: readonly R[], keys: readonly string[]): HeldRows<R> => {
  const places = placesOf(keys);
  const held: (R | undefined)[] = keys.map(() => undefined);
  const below = new Map<number, R[]>();
  const added: R[] = [];
  const folded: R[] = [];
  const rowsBelow = (place: number): R[] => {
    const list = below.get(place) ?? [];
    below.set(place, list);
    return list;
  };
  /** Where a new child of the row before belongs: a list, or the held place of that row. */
  let block: R[] | number | undefined;
  for (const row of rows) {
    const place = places.get(row.key);
    if (place !== undefined && held[place] === undefined) {
      held[place] = row;
      block = place;
    } else if (place === undefined && (block === undefined || (row.treePosition?.depth ?? 0) === 0)) {
      block = row.foldedKeys === undefined ? added : folded;
      block.push(row);
    } else if (Array.isArray(block)) block.push(row);
    else rowsBelow(place ?? block ?? 0).push(row);
  }
  return { held, below, added, folded };
};

/**
 * The rows in the held order. New rows come last, before the row of the folded ones, so that nothing moves above the cursor;
 * new children of a tree stay with their parent. The same list if it is in that order; linear in the number of rows.
 */
export const inHeldOrder = <R extends PaneRow>(rows: readonly R[], keys: readonly string[]): readonly R[] => {
  if (sameItems(rowKeys(rows), keys)) return rows;
  const { held, below, added, folded } = intoPlaces(rows, keys);
  const foldedKey = rows.findLast(({ foldedKeys, level }) => foldedKeys !== undefined && level === 'ok')?.key;
  const addedBefore = foldedKey === undefined ? undefined : placesOf(keys).get(foldedKey);
  const ordered: R[] = [];
  const append = (some: readonly R[] = []): void => {
    for (const row of some) ordered.push(row);
  };
  for (const [place, row] of held.entries()) {
    if (place === addedBefore) append(added);
    if (row === undefined) continue;
    ordered.push(row);
    append(below.get(place));
  }
  if (addedBefore === undefined) append(added);
  append(folded);
  if (ordered.length === keys.length && !held.includes(undefined)) keysByRows.set(ordered, keys);
  return ordered;
};
