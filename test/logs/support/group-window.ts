import type { ReadonlyFilteredView } from '../../../src/logs/ring/filtered-view.ts';

/** Heads of groups whose rows are all shown. Of any other group the head alone is. */
type ExpandedGroups = ReadonlySet<number>;

/** It is shown by its head alone. */
const isFolded = (lens: ReadonlyFilteredView, id: number, opened: ExpandedGroups): boolean => {
  const head = lens.headOf(id);
  return head !== id && !opened.has(head) && lens.passes(head);
};

/** The next row of the pane behind one; undefined at the end. */
export const nextVisibleRow = (
  lens: ReadonlyFilteredView,
  id: number,
  opened: ExpandedGroups,
): number | undefined => {
  let next = lens.after(id);
  while (next !== undefined && isFolded(lens, next, opened)) next = lens.after(next);
  return next;
};

/** The next row of the pane in front of one; undefined at the beginning. */
export const previousVisibleRow = (
  lens: ReadonlyFilteredView,
  id: number,
  opened: ExpandedGroups,
): number | undefined => {
  let next = lens.before(id);
  while (next !== undefined && isFolded(lens, next, opened)) next = lens.before(next);
  return next;
};

/** The rows of a pane of so many lines whose first row is `top`, or the first one behind it. */
export const rowsDownFrom = (
  lens: ReadonlyFilteredView,
  top: number,
  lines: number,
  opened: ExpandedGroups,
): readonly number[] => {
  const rows: number[] = [];
  let id = nextVisibleRow(lens, top - 1, opened);
  for (; id !== undefined && rows.length < lines; id = nextVisibleRow(lens, id, opened)) rows.push(id);
  return rows;
};

/** The rows of a pane of so many lines whose last row is `bottom`, or the last one in front of it; oldest first. */
export const rowsUpTo = (
  lens: ReadonlyFilteredView,
  bottom: number,
  lines: number,
  opened: ExpandedGroups,
): readonly number[] => {
  const rows: number[] = [];
  let id = previousVisibleRow(lens, bottom + 1, opened);
  for (; id !== undefined && rows.length < lines; id = previousVisibleRow(lens, id, opened)) rows.push(id);
  return rows.reverse();
};

/** Rows that are folded into a head, of those that are shown. */
export const foldedRowCount = (lens: ReadonlyFilteredView, head: number, opened: ExpandedGroups): number =>
  opened.has(head) || !lens.passes(head) ? 0 : lens.groupOf(head).filter((id) => lens.passes(id)).length;
