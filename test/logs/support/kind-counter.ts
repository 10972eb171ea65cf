import type { ReadonlyFilteredView } from '../../../src/logs/ring/filtered-view.ts';
import type { LogRow, ReadonlyLogRing } from '../../../src/logs/ring/log-ring.ts';

/** Rows of one kind. */
interface KindCount {
  readonly key: string;
  readonly count: number;
  /** Id of the newest of them. */
  readonly last: number;
}

/** Counts what a lens shows by kind, from the newest row to the oldest, in slices. */
interface KindCounter {
  /** Rows that have been counted; those of no kind are not among them. */
  readonly counted: number;
  /** Rows of kinds that came when there were too many already: they are in no entry. */
  readonly others: number;
  /** Goes on until every row has been counted or `isOver` says so (asked every some rows). True: all have been. */
  run(isOver: () => boolean): boolean;
  /** The most frequent kinds, the most frequent first. */
  top(most: number): readonly KindCount[];
}

/** So many kinds are told apart. */
const mostKinds = 10_000;
const rowsBetweenLooks = 64;

/** `keyOf`: which kind a row is; undefined: of none. Rows that come later are not counted. */
export const createKindCounter = (
  ring: ReadonlyLogRing,
  lens: ReadonlyFilteredView,
  keyOf: (row: LogRow) => string | undefined,
  kinds = mostKinds,
): KindCounter => {
  const found = new Map<string, { count: number; last: number }>();
  let [counted, others] = [0, 0];
  let next = lens.before(ring.end);
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
        next = lens.before(next);
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
