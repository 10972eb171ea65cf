import type { PaneRow } from '../contract/pane-row.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { isFoldable } from './ranking.ts';

/** A row that represents several OK rows. */
interface FoldedRow<R> extends PaneRow {
  readonly folded: readonly R[];
}

/** A displayed row: a row of the pane or a folded row. */
export type DisplayedRow<R extends PaneRow> = R | FoldedRow<R>;

export const isFolded = <R extends PaneRow>(row: DisplayedRow<R>): row is FoldedRow<R> => 'folded' in row;

/** Folds OK rows into one row at the end, if there are at least two. `held`: keys of rows that are not folded now. */
export const foldOkRows = <R extends PaneRow>(
  rows: readonly R[],
  held: ReadonlySet<string> = new Set(),
): readonly DisplayedRow<R>[] => {
  const isFolding = (row: R): boolean => isFoldable(row) && !held.has(row.key);
  const okRows = rows.filter(isFolding);
  if (okRows.length < 2) return rows;
  const folded: FoldedRow<R> = {
    key: 'folded',
    level: 'ok',
    label: `${okRows.length} OK`,
    text: '',
    foldedKeys: okRows.map((row) => row.key),
    folded: okRows,
  };
  return [...rows.filter((row) => !isFolding(row)), folded];
};

const longestLabel = memoizePerObject<PaneRow | undefined>();

/** The rows that column widths are measured by: the visible ones, and the one with the longest name of all. */
export const measuredRows = <R extends PaneRow>(rows: readonly R[], visible: readonly R[]): readonly R[] => {
  const longest = longestLabel(rows, [], () =>
    rows.reduce<R | undefined>(
      (most, row) => (most === undefined || row.label.length > most.label.length ? row : most),
      undefined,
    ),
  );
  const longestRow = rows.find((row) => row === longest);
  return longestRow === undefined ? visible : [...visible, longestRow];
};
