import type { Finding, PaneRow } from './pane.ts';
import { pendingOf } from './pending.ts';
import type { Wrong } from './wrong.ts';

/** It is not OK, or about to be so; what stands under it in a tree is told by it. */
const isFinding = (row: PaneRow): boolean =>
  (row.level !== 'ok' || pendingOf(row) !== undefined) && (row.branch?.depth ?? 0) === 0;

/** What is wrong among these rows, in the words of their pane. */
export const findingsOf = <R extends PaneRow>(
  rows: readonly R[],
  wrong: Wrong<R> | undefined,
): readonly Finding[] =>
  rows.filter(isFinding).map((row): Finding => {
    const since = wrong?.since(row);
    const blindBy = wrong?.blindBy?.(row);
    return {
      row,
      ...(since === undefined ? {} : { since }),
      ...(blindBy === undefined ? {} : { blindBy }),
      says: (view) => wrong?.says(view, row) ?? '',
    };
  });
