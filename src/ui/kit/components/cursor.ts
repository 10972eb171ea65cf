import type { Millis } from '../../../domain/base/fault.ts';

export type PaneId = string;

/** The view in the body of the screen. */
export type MainView = 'overview' | PaneId;

/** A cursor position: the key of an object, and its last index in case the object is removed. */
export interface Cursor {
  readonly key?: string;
  readonly index: number;
  /** The object's label, used to find it in another environment, where keys differ. */
  readonly label?: string;
}

export const initialCursor: Cursor = { index: 0 };

/** The cursor on the key at `index`, clamped to the list. */
export const cursorAt = (keys: readonly string[], index: number): Cursor => {
  const to = Math.max(0, Math.min(keys.length - 1, index));
  const key = keys[to];
  return key === undefined ? { index: to } : { key, index: to };
};

/** True if the cursor's object is no longer in the list. */
export const isCursorTargetGone = (keys: readonly string[], { key }: Cursor): boolean =>
  key !== undefined && !keys.includes(key);

/** The index of the cursor's object in the list, or its last index if the object is gone. */
export const cursorIndexIn = (keys: readonly string[], { key, index }: Cursor): number => {
  if (key !== undefined && keys[index] !== key && keys.includes(key)) return keys.indexOf(key);
  return Math.max(0, Math.min(index, keys.length - 1));
};

/** The part of the last frame that decides the meaning of the next key. */
export interface SeenFrame {
  /** The text field: closing after a key that may close it. Absent: none. */
  readonly field?: 'open' | 'closing';
  /** When a field disappeared without a key (engine clock). */
  readonly fieldLostAt?: Millis;
  /** The list with the cursor, and the key of the entry under it. Absent: `enter` acts on no entry. */
  readonly list?: { readonly place: string; readonly entry: string };
  /** When another entry came under the cursor without a key (engine clock). */
  readonly shiftedAt?: Millis;
}
