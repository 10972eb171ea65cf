import type { Millis } from '../../../domain/base/fault.ts';
import type { Level } from '../../../domain/facts/level.ts';
import { levelRank } from '../../../domain/facts/level.ts';
import type { SignalRow } from '../../../domain/facts/snapshot.ts';
import { certainSince, type PossibleStart } from '../../../domain/facts/state-start.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import { formatAge } from '../../../domain/text/duration.ts';
import type { PaneRow } from '../contract/pane-row.ts';

/** The maximum of the defined values; undefined if there is none. */
export const maxDefined = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.max(...present);
};

/** The minimum of the defined values; undefined if there is none. */
export const minDefined = (values: readonly (number | undefined)[]): number | undefined => {
  const present = values.filter((value) => value !== undefined);
  return present.length === 0 ? undefined : Math.min(...present);
};

/** '5 more ok', or '5 breakers' if all rows are folded: folded rows are OK. `noun` is singular. */
export const moreText = (folded: number, all: number, noun: string): string =>
  folded === all ? pluralize(folded, noun) : `${folded} more ok`;

/** The pending level of a row, which it reaches unless its value recovers; undefined if none. */
export const pendingLevel = ({ subject }: PaneRow): Level | undefined =>
  subject?.kind === 'signal' ? subject.signal.verdict?.pending?.level : undefined;

/** True if the row may be folded: OK, not pending and not notable. */
export const isFoldable = (row: PaneRow): boolean =>
  row.level === 'ok' && row.isNotable !== true && pendingLevel(row) === undefined;

/** Orders series by level, worst first, then by pending level: one beyond its limit is worse than one that is not, though both are OK. */
export const compareSeries = (a: SignalRow, b: SignalRow): number =>
  levelRank[b.level] - levelRank[a.level] ||
  levelRank[b.verdict?.pending?.level ?? 'ok'] - levelRank[a.verdict?.pending?.level ?? 'ok'];

const pendingRank = (row: PaneRow): number => levelRank[pendingLevel(row) ?? 'ok'];

/**
 * Orders by level, worst first, then by pending level, then by name, so that the order of responses
 * does not matter.
 */
export const compareWorstFirst = (a: PaneRow, b: PaneRow): number =>
  levelRank[b.level] - levelRank[a.level] || pendingRank(b) - pendingRank(a) || compareByLabel(a, b);

export const compareByLabel = (a: PaneRow, b: PaneRow): number =>
  a.label < b.label ? -1 : a.label > b.label ? 1 : 0;

/** Sort value of a start: it rises with the age that is shown. */
export const ageSince = (
  start: {
    readonly [K in keyof PossibleStart]?: Millis | undefined;
  },
): number | undefined => {
  const since = start.beganAt ?? start.seenSince ?? start.since;
  return since === undefined ? undefined : -since;
};

/** The shortest of these ages, for a row that stands for several: '≥4s'; undefined if none is known. */
export const shortestAge = (starts: readonly PossibleStart[], now: Millis): string | undefined => {
  const newest = maxDefined(starts.map(certainSince));
  return newest === undefined ? undefined : `≥${formatAge(now - newest)}`;
};
