import type { ReadonlyFilteredView } from '../../../src/logs/ring/filtered-view.ts';
import type { LogRow, ReadonlyLogRing } from '../../../src/logs/ring/log-ring.ts';

/** Count of one kind. */
interface KindCount {
  readonly key: string;
  readonly count: number;
  /** Id of the newest row. */
  readonly last: number;
}

/** Counts the shown rows by kind, from newest to oldest, in slices. */
interface KindCounter {
  /** Number of counted rows, without rows of no kind. */
  readonly counted: number;
  /** Rows of kinds beyond the limit: they are in no entry. */
  readonly others: number;
  /** Counts until all rows are counted, or `isOver` returns true (checked every few rows). True: all are counted. */
  run(isOver: () => boolean): boolean;
  /** The most frequent kinds, in descending order. */
  top(most: number): readonly KindCount[];
}

/** Maximum number of distinct kinds. */
const mostKinds = 10_000;
const rowsBetweenLooks = 64;

/** `keyOf`: the kind of a row, undefined for none. Rows added later are not counted. */
export const createKindCounter = (
  ring: ReadonlyLogRing,
  filtered: ReadonlyFilteredView,
  keyOf: (row: LogRow) => string | undefined,
  kinds = mostKinds,
): KindCounter => {
  const found = new Map<string, { count: number; last: number }>();
  let counted = 0;
  let others = 0;
  let next = filtered.before(ring.end);
  const take = (row: LogRow): void => {
    const key = keyOf(row);
    if (key === undefined) return;
    counted++;
    const entry = found.get(key);
    if (entry !== undefined) entry.count++;
    else if (found.size < kinds) found.set(key, { count: 1, last: row.id });
    else others++;
  };
  return {
    get counted() {
      return counted;
    },
    get others() {
      return others;
    },
    run: (isOver) => {
      for (let rows = 0; next !== undefined; rows++) {
        if (rows % rowsBetweenLooks === 0 && isOver()) return false;
        const row = ring.row(next);
        if (row !== undefined) take(row);
        next = filtered.before(next);
      }
      return true;
    },
    top: (most) =>
      [...found]
        .map(([key, entry]) => ({ key, ...entry }))
        .sort((a, b) => b.count - a.count || b.last - a.last)
        .slice(0, most),
  };
};
