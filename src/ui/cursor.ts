export type PaneId = string;

/** What a person sees in the middle of the screen. */
export type MainView = 'overview' | PaneId;

/** Where a cursor is: on a thing, wherever that stands now; `index` is for when the thing has gone. */
export interface Cursor {
  readonly key?: string;
  readonly index: number;
  /** What the thing is called, for finding it in another environment, where its key is another one. */
  readonly label?: string;
}

export const initialCursor: Cursor = { index: 0 };

/** The cursor on one of these, held to it. */
export const cursorAt = (keys: readonly string[], index: number): Cursor => {
  const to = Math.max(0, Math.min(keys.length - 1, index));
  const key = keys[to];
  return key === undefined ? { index: to } : { key, index: to };
};

/** Whether what the cursor was on is not among these any more. */
export const isCursorTargetGone = (keys: readonly string[], { key }: Cursor): boolean =>
  key !== undefined && !keys.includes(key);

/** Where the cursor stands among these: on its thing if that is there, else where the thing was. */
export const cursorIndexIn = (keys: readonly string[], { key, index }: Cursor): number => {
  if (key !== undefined && keys[index] !== key && keys.includes(key)) return keys.indexOf(key);
  return Math.max(0, Math.min(index, keys.length - 1));
};
