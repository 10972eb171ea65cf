import type { PaneRow } from '../contract/pane-row.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { pendingLevel } from './ranking.ts';

/** The rows of a list that need a look, and the number of the others. */
interface RowTriage<R> {
  /** Rows that are not plainly OK. */
  readonly special: readonly R[];
  /** The number of rows that are plainly OK and part of no other row. */
  readonly plainRoots: number;
}

/** True for a row of a tree that is not part of another one; for every row of a list. */
export const isRoot = ({ treePosition }: PaneRow): boolean => (treePosition?.depth ?? 0) === 0;

const isPlain = (row: PaneRow): boolean =>
  row.level === 'ok' &&
  row.isAwaited !== true &&
  row.isWithoutData !== true &&
  row.isWithoutLimits !== true &&
  row.foldedKeys === undefined &&
  pendingLevel(row) === undefined;

const triages = memoizePerObject<RowTriage<PaneRow>>();

/**
 * Divides rows once per list. Most of thousands of rows are plainly OK, and a frame asks for problems, findings and counts: none of
 * them has to look at every row again.
 */
export const triageRows = <R extends PaneRow>(rows: readonly R[]): RowTriage<R> =>
  // The rows of a list have its type.
  triages(rows, [], () => {
    const special: R[] = [];
    let plainRoots = 0;
    for (const row of rows) {
      if (!isPlain(row)) special.push(row);
      else if (isRoot(row)) plainRoots++;
    }
    return { special, plainRoots };
  }) as RowTriage<R>;
