import type { Level } from '../../domain/level.ts';
import { rank } from '../../domain/level.ts';
import { counted } from '../text/ages.ts';
import type { PaneRow } from './row.ts';

/** The greatest of those that are there; undefined when none is. */
export const most = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.max(...present);
};

/** The least of those that are there; undefined when none is. */
export const least = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.min(...present);
};

/** '5 more' or, when nothing else is shown, '5 breakers'. `noun` is in the singular. */
export const howMany = (folded: number, all: number, noun: string): string =>
  folded === all ? counted(folded, noun) : `${folded} more`;

/** The level that a row will be raised to if its value stays where it is; undefined when none is on its way. */
export const pendingOf = ({ subject }: PaneRow): Level | undefined =>
  subject?.kind === 'signal' ? subject.signal.verdict?.pending?.level : undefined;

/** A row that may be folded away: it is OK, nothing is on its way, and it has nothing else to say. */
export const isCalm = (row: PaneRow): boolean =>
  row.level === 'ok' && row.notable !== true && pendingOf(row) === undefined;

const pendingRank = (row: PaneRow): number => rank[pendingOf(row) ?? 'ok'];

/**
 * Worst first, and among what is equally bad what is about to get worse; the rest in the order of its name, whatever
 * the order of the answers was.
 */
export const worstFirst = (a: PaneRow, b: PaneRow): number =>
  rank[b.level] - rank[a.level] || pendingRank(b) - pendingRank(a) || byName(a, b);

export const byName = (a: PaneRow, b: PaneRow): number =>
  a.label < b.label ? -1 : a.label > b.label ? 1 : 0;
