import type { Level } from '../../domain/level.ts';
import { levelRank } from '../../domain/level.ts';
import { pluralize } from '../text/format.ts';
import type { PaneRow } from './pane-row.ts';

/** The greatest of those that are there; undefined when none is. */
export const maxDefined = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.max(...present);
};

/** The least of those that are there; undefined when none is. */
export const minDefined = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.min(...present);
};

/** '5 more' or, when nothing else is shown, '5 breakers'. `noun` is in the singular. */
export const moreText = (folded: number, all: number, noun: string): string =>
  folded === all ? pluralize(folded, noun) : `${folded} more`;

/** The level that a row will be raised to if its value stays where it is; undefined when none is on its way. */
export const pendingLevel = ({ subject }: PaneRow): Level | undefined =>
  subject?.kind === 'signal' ? subject.signal.verdict?.pending?.level : undefined;

/** A row that may be folded away: it is OK, nothing is on its way, and it has nothing else to say. */
export const isFoldable = (row: PaneRow): boolean =>
  row.level === 'ok' && row.isNotable !== true && pendingLevel(row) === undefined;

const pendingRank = (row: PaneRow): number => levelRank[pendingLevel(row) ?? 'ok'];

/**
 * Worst first, and among what is equally bad what is about to get worse; the rest in the order of its name, whatever
 * the order of the answers was.
 */
export const compareWorstFirst = (a: PaneRow, b: PaneRow): number =>
  levelRank[b.level] - levelRank[a.level] || pendingRank(b) - pendingRank(a) || compareByLabel(a, b);

export const compareByLabel = (a: PaneRow, b: PaneRow): number =>
  a.label < b.label ? -1 : a.label > b.label ? 1 : 0;
