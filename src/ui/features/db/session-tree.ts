import type { Row } from '../../../domain/snapshot.ts';
import type { DbSession } from '../../../kinds/sessions/fact.ts';
import { activeMs, longSessionMs } from '../../../kinds/sessions/state.ts';
import type { PaneRow } from '../../panes/pane-row.ts';
import type { TreeNode } from '../../panes/tree.ts';

/** A session; those that it blocks stand under it. */
export interface SessionRow extends PaneRow {
  readonly fact: DbSession;
  readonly row: Row<'sessions'>;
  /** How many wait for it, directly or through others. */
  readonly blockedCount: number;
}

const at = ({ source, database }: DbSession, pid: number): string => `${source}/${database}/${pid}`;

const rowOf = (row: Row<'sessions'>, blocks: number): SessionRow => {
  const { fact, key, level } = row;
  const words = [fact.database, fact.user, fact.state, fact.waiting, fact.application ?? '', fact.query];
  return {
    key,
    level,
    label: `${fact.pid} ${fact.application ?? fact.user}`,
    text: `${fact.pid} ${words.join(' ')}`,
    subject: { kind: 'sessions', fact },
    fact,
    row,
    blockedCount: blocks,
    isNotable: blocks > 0 || fact.blockedBy.length > 0 || activeMs(fact) >= longSessionMs,
  };
};

/**
 * The blocking tree: a session that waits stands under the first that it waits for, and a root waits for nobody here.
 * A ring of waiters (a deadlock about to be found) has no root, so its members are roots.
 */
export const buildSessionTree = (rows: readonly Row<'sessions'>[]): readonly TreeNode<SessionRow>[] => {
  const known = new Map(rows.map((row) => [at(row.fact, row.fact.pid), row]));
  const blockerOf = ({ fact }: Row<'sessions'>): string | undefined =>
    fact.blockedBy.map((pid) => at(fact, pid)).find((key) => known.has(key));
  const waiters = Map.groupBy(rows, blockerOf);
  const placed = new Set<string>();
  const node = (row: Row<'sessions'>): TreeNode<SessionRow> => {
    const own = at(row.fact, row.fact.pid);
    placed.add(own);
    const held = (waiters.get(own) ?? []).filter(({ fact }) => !placed.has(at(fact, fact.pid))).map(node);
    const blocks = held.reduce((total, one) => total + 1 + one.row.blockedCount, 0);
    return held.length === 0 ? { row: rowOf(row, 0) } : { row: rowOf(row, blocks), children: () => held };
  };
  const roots = (waiters.get(undefined) ?? []).map(node);
  const rest = rows.flatMap((row) => (placed.has(at(row.fact, row.fact.pid)) ? [] : [node(row)]));
  return [...roots, ...rest];
};
