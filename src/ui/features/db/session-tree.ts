import type { Row } from '../../../domain/facts/snapshot.ts';
import type { DbSession } from '../../../kinds/sessions/fact.ts';
import { activeMs, longSessionMs } from '../../../kinds/sessions/state.ts';
import type { PaneRow } from '../../shell/contract/pane-row.ts';
import type { TreeNode } from '../../shell/panes/tree.ts';

/** A session; its children are the sessions it blocks. */
export interface SessionRow extends PaneRow {
  readonly fact: DbSession;
  readonly row: Row<'sessions'>;
  /** Number of sessions it blocks, directly or indirectly. */
  readonly blockedCount: number;
}

const sessionKey = ({ source, database }: DbSession, pid: number): string => `${source}/${database}/${pid}`;

const rowOf = (row: Row<'sessions'>, blockedCount: number): SessionRow => {
  const { fact, key, level } = row;
  const searchable = [fact.database, fact.user, fact.state, fact.waiting, fact.application ?? '', fact.query];
  return {
    key,
    level,
    label: `${fact.pid} ${fact.application ?? fact.user}`,
    text: `${fact.pid} ${searchable.join(' ')}`,
    subject: { kind: 'sessions', fact },
    fact,
    row,
    blockedCount,
    isNotable: blockedCount > 0 || fact.blockedBy.length > 0 || activeMs(fact) >= longSessionMs,
  };
};

/**
 * Builds the blocking tree. A blocked session is the child of its first known blocker; roots are not blocked. Sessions in
 * a cycle (a deadlock not yet detected) have no root, so they become roots.
 */
export const buildSessionTree = (rows: readonly Row<'sessions'>[]): readonly TreeNode<SessionRow>[] => {
  const known = new Map(rows.map((row) => [sessionKey(row.fact, row.fact.pid), row]));
  const blockerOf = ({ fact }: Row<'sessions'>): string | undefined =>
    fact.blockedBy.map((pid) => sessionKey(fact, pid)).find((key) => known.has(key));
  const waiters = Map.groupBy(rows, blockerOf);
  const visited = new Set<string>();
  const node = (row: Row<'sessions'>): TreeNode<SessionRow> => {
    const own = sessionKey(row.fact, row.fact.pid);
    visited.add(own);
    const children = (waiters.get(own) ?? [])
      .filter(({ fact }) => !visited.has(sessionKey(fact, fact.pid)))
      .map(node);
    const blockedCount = children.reduce((total, child) => total + 1 + child.row.blockedCount, 0);
    return children.length === 0
      ? { row: rowOf(row, 0) }
      : { row: rowOf(row, blockedCount), children: () => children };
  };
  const roots = (waiters.get(undefined) ?? []).map(node);
  const rest = rows.flatMap((row) => (visited.has(sessionKey(row.fact, row.fact.pid)) ? [] : [node(row)]));
  return [...roots, ...rest];
};
