import type { PaneRow } from '../contract/pane-row.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { isFoldable, pendingLevel } from './ranking.ts';
import { triageRows } from './row-triage.ts';

/** A row that represents several OK rows. */
interface FoldedRow<R> extends PaneRow {
  readonly folded: readonly R[];
}

/** A displayed row: a row of the pane or a folded row. */
export type DisplayedRow<R extends PaneRow> = R | FoldedRow<R>;

export const isFolded = <R extends PaneRow>(row: DisplayedRow<R>): row is FoldedRow<R> => 'folded' in row;

/** The state and cause that rows have in common; undefined: a row that stands alone. */
export type AlikeKey<R> = (row: R) => string | undefined;

/** Two rows that say the same are one: repetition is a number. */
const leastAlike = 2;

/**
 * Gathers rows that say the same at the place of the first of them. Rows whose order is held stay as they are: `held` has the keys
 * of rows and of gathered rows.
 */
export const foldAlikeRows = <R extends PaneRow>(
  rows: readonly R[],
  alikeKey: AlikeKey<R>,
  held: ReadonlySet<string> = new Set(),
): readonly DisplayedRow<R>[] => {
  const groups = Map.groupBy(rows, (row) => (held.has(row.key) ? undefined : alikeKey(row)));
  return rows.flatMap((row): readonly DisplayedRow<R>[] => {
    const key = held.has(row.key) ? undefined : alikeKey(row);
    const members = key === undefined ? [] : (groups.get(key) ?? []);
    if (members.length < leastAlike) return [row];
    if (members[0] !== row) return [];
    const { level, label } = row;
    return [
      {
        key: `alike/${key}`,
        level,
        label,
        text: '',
        standsFor: members.length,
        foldedKeys: members.map((member) => member.key),
        folded: members,
      },
    ];
  });
};

/** True for a row of OK rows, false for one of rows that say the same. */
export const isOkFold = (row: PaneRow): boolean => row.key === okFoldKey;

const okFoldKey = 'folded';

/** True for a row that its title counts as a problem, or that becomes one. */
export const isProblemRow = (row: PaneRow): boolean => row.level !== 'ok' || pendingLevel(row) !== undefined;

/** The numbers of displayed rows that a layout depends on. */
interface RowSummary {
  readonly problems: number;
  readonly okFolds: number;
}

/** Counts displayed rows: a layout asks several times for each frame. */
export const summarizeRows = (rows: readonly PaneRow[]): RowSummary => {
  const { special } = triageRows(rows);
  return { problems: special.filter(isProblemRow).length, okFolds: special.filter(isOkFold).length };
};

/** The folding of OK rows. */
interface OkFolding {
  /** Keys of rows that are not folded now. */
  readonly held?: ReadonlySet<string> | undefined;
  /** Number of OK rows that stay; 0: none. */
  readonly kept?: number;
}

/** Folds OK rows into one row at the end, if there are at least two. */
export const foldOkRows = <R extends PaneRow>(
  rows: readonly DisplayedRow<R>[],
  { held = new Set(), kept = 0 }: OkFolding = {},
): readonly DisplayedRow<R>[] => {
  const okRows = rows.filter((row) => isFoldable(row) && !held.has(row.key));
  const folding = new Set(okRows.slice(okRows.length - kept < 2 ? okRows.length : kept));
  if (folding.size < 2) return rows;
  const members = [...folding].flatMap((row) => (isFolded(row) ? row.folded : [row]));
  const folded: FoldedRow<R> = {
    key: okFoldKey,
    level: 'ok',
    label: `${members.length} OK`,
    text: '',
    foldedKeys: members.map((row) => row.key),
    folded: members,
  };
  return [...rows.filter((row) => !folding.has(row)), folded];
};

const longestLabel = memoizePerObject<number>();

/** The index of the row with the longest name, -1 where there is none. */
const longestIndex = (rows: readonly PaneRow[]): number =>
  longestLabel(rows, [], () => {
    let longest = -1;
    let length = -1;
    rows.forEach(({ label }, index) => {
      if (label.length <= length) return;
      longest = index;
      length = label.length;
    });
    return longest;
  });

/** The rows that column widths are measured by: the visible ones, and the one with the longest name of all. */
export const measuredRows = <R extends PaneRow>(rows: readonly R[], visible: readonly R[]): readonly R[] => {
  const longestRow = rows[longestIndex(rows)];
  return longestRow === undefined ? visible : [...visible, longestRow];
};
