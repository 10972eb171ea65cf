import { isCalm } from './pending.ts';
import type { PaneRow } from './row.ts';

/** A row that stands for several that have nothing to say. */
interface Folded<R> extends PaneRow {
  readonly folded: readonly R[];
}

/** A row as it is shown: one of the pane's own, or several of them in one. */
export type Shown<R extends PaneRow> = R | Folded<R>;

export const isFolded = <R extends PaneRow>(row: Shown<R>): row is Folded<R> => 'folded' in row;

/** What is calm as one row behind the others, when there are at least two of it. */
export const withFolded = <R extends PaneRow>(rows: readonly R[]): readonly Shown<R>[] => {
  const calm = rows.filter(isCalm);
  if (calm.length < 2) return rows;
  const folded: Folded<R> = {
    key: 'folded',
    level: 'ok',
    label: `${calm.length} that are OK`,
    text: '',
    folds: calm.map((row) => row.key),
    folded: calm,
  };
  return [...rows.filter((row) => !isCalm(row)), folded];
};
