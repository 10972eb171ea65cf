import { rank } from '../../domain/level.ts';
import type { PaneRow } from './pane.ts';

/** Worst first; what is equally bad stays in the order of its name, whatever the order of the answers was. */
export const worstFirst = (a: PaneRow, b: PaneRow): number => rank[b.level] - rank[a.level] || byName(a, b);

export const byName = (a: PaneRow, b: PaneRow): number =>
  a.label < b.label ? -1 : a.label > b.label ? 1 : 0;
