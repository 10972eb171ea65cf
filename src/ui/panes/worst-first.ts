import { rank } from '../../domain/level.ts';
import { pendingOf } from './pending.ts';
import type { PaneRow } from './row.ts';

const pendingRank = (row: PaneRow): number => rank[pendingOf(row) ?? 'ok'];

/**
 * Worst first, and among what is equally bad what is about to get worse; the rest in the order of its name, whatever
 * the order of the answers was.
 */
export const worstFirst = (a: PaneRow, b: PaneRow): number =>
  rank[b.level] - rank[a.level] || pendingRank(b) - pendingRank(a) || byName(a, b);

export const byName = (a: PaneRow, b: PaneRow): number =>
  a.label < b.label ? -1 : a.label > b.label ? 1 : 0;
