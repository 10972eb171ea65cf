import { defined } from '../base/defined.ts';
import type { Millis } from '../base/fault.ts';
import { formatAge } from '../text/duration.ts';
import { absentText } from '../text/format.ts';

/** The start of a state, as far as it was observed. */
export interface StateStart {
  /** The first reading that found the object in this state, readings without data aside. */
  readonly since: Millis;
  /**
   * Set if the change to the state was not observed: the first reading already found it, or it may have changed while
   * there was no data. The state has been seen at every reading since this time, and may be older.
   */
  readonly seenSince?: Millis;
  /** The beginning according to kept values, if it was not observed. */
  readonly beganAt?: Millis;
}

/** A start that may be unknown. */
export type PossibleStart = Partial<StateStart>;

/** Returns the time since which the state certainly holds; undefined if nothing is known. */
export const certainSince = ({ since, seenSince, beganAt }: PossibleStart): Millis | undefined =>
  beganAt ?? seenSince ?? since;

/** True if the beginning of the state is not known, only that it is no later. */
export const isStartUnknown = ({ seenSince, beganAt }: PossibleStart): boolean =>
  seenSince !== undefined && beganAt === undefined;

/** Returns the fields of a start, without those that are absent. */
export const startOf = ({ since, seenSince, beganAt }: PossibleStart): PossibleStart => ({
  ...defined({ since, seenSince, beganAt }),
});

/**
 * Returns the start of the state that these have in common: the earliest. It is observed only if all of them are: any
 * other may be older than it looks.
 */
export const earliestStart = (starts: readonly PossibleStart[]): PossibleStart => {
  let since = Number.POSITIVE_INFINITY;
  let certain = Number.POSITIVE_INFINITY;
  let isObserved = true;
  for (const start of starts) {
    since = Math.min(since, start.since ?? since);
    certain = Math.min(certain, certainSince(start) ?? certain);
    if (isStartUnknown(start)) isObserved = false;
  }
  if (certain === Number.POSITIVE_INFINITY) return {};
  // Of a start according to kept values, the first reading that found it says nothing.
  return isObserved ? { since: certain } : { since: Math.min(since, certain), seenSince: certain };
};

/** Formats the time that a state has held: '3m27s', or '≥3m27s' if its beginning was not observed; '–' if unknown. */
export const formatStateAge = (
  start: PossibleStart,
  now: Millis,
  format: (ms: Millis) => string = formatAge,
): string => {
  const certain = certainSince(start);
  if (certain === undefined) return absentText;
  return `${isStartUnknown(start) ? '≥' : ''}${format(now - certain)}`;
};
