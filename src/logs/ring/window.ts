import type { ReadLens } from './lens.ts';

/** Heads of groups whose rows are all shown. Of any other group the head alone is. */
export type Opened = ReadonlySet<number>;

/** It is shown by its head alone. */
const isFolded = (lens: ReadLens, id: number, opened: Opened): boolean => {
  const head = lens.headOf(id);
  return head !== id && !opened.has(head) && lens.passes(head);
};

/** The next row of the pane behind one; undefined at the end. */
export const rowBehind = (lens: ReadLens, id: number, opened: Opened): number | undefined => {
  let next = lens.after(id);
  while (next !== undefined && isFolded(lens, next, opened)) next = lens.after(next);
  return next;
};

/** The next row of the pane in front of one; undefined at the beginning. */
export const rowInFront = (lens: ReadLens, id: number, opened: Opened): number | undefined => {
  let next = lens.before(id);
  while (next !== undefined && isFolded(lens, next, opened)) next = lens.before(next);
  return next;
};

/** The rows of a pane of so many lines whose first row is `top`, or the first one behind it. */
export const rowsFrom = (lens: ReadLens, top: number, lines: number, opened: Opened): readonly number[] => {
  const rows: number[] = [];
  let id = rowBehind(lens, top - 1, opened);
  for (; id !== undefined && rows.length < lines; id = rowBehind(lens, id, opened)) rows.push(id);
  return rows;
};

/** The rows of a pane of so many lines whose last row is `bottom`, or the last one in front of it; oldest first. */
export const rowsUpTo = (
  lens: ReadLens,
  bottom: number,
  lines: number,
  opened: Opened,
): readonly number[] => {
  const rows: number[] = [];
  let id = rowInFront(lens, bottom + 1, opened);
  for (; id !== undefined && rows.length < lines; id = rowInFront(lens, id, opened)) rows.push(id);
  return rows.reverse();
};

/** Rows that are folded into a head, of those that are shown. */
export const foldedInto = (lens: ReadLens, head: number, opened: Opened): number =>
  opened.has(head) || !lens.passes(head) ? 0 : lens.groupOf(head).filter((id) => lens.passes(id)).length;
