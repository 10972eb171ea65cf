export type PaneId = string;

/** What a person sees in the middle of the screen. */
export type Place = 'overview' | PaneId;

/** Where a cursor is: on a thing, wherever that stands now; `index` is for when the thing has gone. */
export interface Cursor {
  readonly key?: string;
  readonly index: number;
  /** What the thing is called, for finding it in another environment, where its key is another one. */
  readonly label?: string;
}

export const firstRow: Cursor = { index: 0 };

/** The cursor on one of these, held to it. */
export const cursorOn = (keys: readonly string[], index: number): Cursor => {
  const to = Math.max(0, Math.min(keys.length - 1, index));
  const key = keys[to];
  return key === undefined ? { index: to } : { key, index: to };
};

/** Whether what the cursor was on is not among these any more. */
export const isGone = (keys: readonly string[], { key }: Cursor): boolean =>
  key !== undefined && !keys.includes(key);

/** Where the cursor stands among these: on its thing if that is there, else where the thing was. */
export const placeOf = (keys: readonly string[], { key, index }: Cursor): number => {
  if (key !== undefined && keys[index] !== key && keys.includes(key)) return keys.indexOf(key);
  return Math.max(0, Math.min(index, keys.length - 1));
};
