import type { ReadonlyFilteredView } from '../../../src/logs/ring/filtered-view.ts';

/** Heads of expanded groups. Other groups show only their head. */
type ExpandedGroups = ReadonlySet<number>;

/** True: only its head is shown. */
const isFolded = (lens: ReadonlyFilteredView, id: number, opened: ExpandedGroups): boolean => {
  const head = lens.headOf(id);
  return head !== id && !opened.has(head) && lens.passes(head);
};

/** The next row of the pane; undefined at the end. */
export const nextVisibleRow = (
  lens: ReadonlyFilteredView,
  id: number,
  opened: ExpandedGroups,
): number | undefined => {
  let next = lens.after(id);
  while (next !== undefined && isFolded(lens, next, opened)) next = lens.after(next);
  return next;
};

/** The previous row of the pane; undefined at the beginning. */
export const previousVisibleRow = (
  lens: ReadonlyFilteredView,
  id: number,
  opened: ExpandedGroups,
): number | undefined => {
  let next = lens.before(id);
  while (next !== undefined && isFolded(lens, next, opened)) next = lens.before(next);
  return next;
};

/** The rows of a pane with this height whose first row is `top`, or the first one after it. */
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

/** The rows of a pane with this height whose last row is `bottom`, or the last one before it; oldest first. */
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

/** Number of shown rows that are folded into a head. */
export const foldedRowCount = (lens: ReadonlyFilteredView, head: number, opened: ExpandedGroups): number =>
  opened.has(head) || !lens.passes(head) ? 0 : lens.groupOf(head).filter((id) => lens.passes(id)).length;
