import type { ReadonlyFilteredView } from '../../../src/logs/ring/filtered-view.ts';

/** Heads of expanded groups. Other groups show only their head. */
type ExpandedGroups = ReadonlySet<number>;

/** True: only its head is shown. */
const isFolded = (filtered: ReadonlyFilteredView, id: number, opened: ExpandedGroups): boolean => {
  const head = filtered.headOf(id);
  return head !== id && !opened.has(head) && filtered.passes(head);
};

/** The next row of the pane; undefined at the end. */
export const nextVisibleRow = (
  filtered: ReadonlyFilteredView,
  id: number,
  opened: ExpandedGroups,
): number | undefined => {
  let next = filtered.after(id);
  while (next !== undefined && isFolded(filtered, next, opened)) next = filtered.after(next);
  return next;
};

/** The previous row of the pane; undefined at the beginning. */
export const previousVisibleRow = (
  filtered: ReadonlyFilteredView,
  id: number,
  opened: ExpandedGroups,
): number | undefined => {
  let next = filtered.before(id);
  while (next !== undefined && isFolded(filtered, next, opened)) next = filtered.before(next);
  return next;
};

/** The rows of a pane with this height whose first row is `top`, or the first one after it. */
export const rowsDownFrom = (
  filtered: ReadonlyFilteredView,
  top: number,
  lines: number,
  opened: ExpandedGroups,
): readonly number[] => {
  const rows: number[] = [];
  let id = nextVisibleRow(filtered, top - 1, opened);
  for (; id !== undefined && rows.length < lines; id = nextVisibleRow(filtered, id, opened)) rows.push(id);
  return rows;
};

/** The rows of a pane with this height whose last row is `bottom`, or the last one before it; oldest first. */
export const rowsUpTo = (
  filtered: ReadonlyFilteredView,
  bottom: number,
  lines: number,
  opened: ExpandedGroups,
): readonly number[] => {
  const rows: number[] = [];
  let id = previousVisibleRow(filtered, bottom + 1, opened);
  for (; id !== undefined && rows.length < lines; id = previousVisibleRow(filtered, id, opened))
    rows.push(id);
  return rows.reverse();
};

/** Number of shown rows that are folded into a head. */
export const foldedRowCount = (
  filtered: ReadonlyFilteredView,
  head: number,
  opened: ExpandedGroups,
): number =>
  opened.has(head) || !filtered.passes(head)
    ? 0
    : filtered.groupOf(head).filter((id) => filtered.passes(id)).length;
