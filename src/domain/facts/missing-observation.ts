import { defined } from '../base/defined.ts';
import type { Millis } from '../base/fault.ts';
import { formatAge } from '../text/duration.ts';
import type { FactKind } from './facts.ts';

/**
 * Why an observation is missing. `gone`: the row or series of before is not there. `early`: it is there, and its value does not count yet.
 * `stranger`: another server answers, or it is not confirmed that the same one does. `unread`: its source gives no reading. `alert`: no rule
 * shows that it is resolved.
 */
type MissingReason = 'gone' | 'early' | 'stranger' | 'unread' | 'alert';

/** An observation without which a check or a finding is unknown. It is recorded with the run, so that every view says the same. */
export interface MissingObservation {
  readonly is: MissingReason;
  /** The row, series or alert: 'errors instance=orders-1'. Absent: all that the source tells. */
  readonly object?: string;
  /** The kind of rows that it belongs to; absent: it is a signal, or unknown. */
  readonly kind?: FactKind;
  /** The source that would report it; absent: unknown. */
  readonly source?: string;
  /** Since when it is missing, on the clock of the run: since its last reading, or since it was first missed. */
  readonly since?: Millis;
  /** The remedy for the fault of its source. */
  readonly remedy?: string;
}

/** Where a view shows the object: a pane with its key, or a command. */
export type PlaceOf = (missing: MissingObservation) => string;

/** The place that a person without a cockpit looks at. */
export const commandPlace: PlaceOf = () => 'opsdeck check';

const actions: Readonly<Record<MissingReason, (missing: MissingObservation, place: string) => string>> = {
  gone: (_, place) =>
    `see in ${place} whether it still runs, and start it again. If the step ends it by design, declare that in its effects`,
  early: (_, place) =>
    `wait until the window has passed and the targets are scraped again, then check ${place}`,
  stranger: (_, place) =>
    `look for a failover, a proxy or a changed address. ${place} counts again once the first server answers`,
  unread: ({ remedy }, place) =>
    `${remedy ?? 'opsdeck doctor checks the source and reports what is missing'}. Once the source answers, check ${place}`,
  alert: (_, place) =>
    `check ${place}. End the silence, or restore the rule, the targets or Prometheus: only an evaluation of the rule after the action counts`,
};

const subjects: Readonly<Record<MissingReason, (missing: MissingObservation) => string>> = {
  gone: ({ source, object = 'it' }) =>
    source === undefined ? `${object} is no longer reported` : `${source} no longer reports ${object}`,
  early: ({ object = 'its value' }) => `${object} does not prove the recovery yet`,
  stranger: ({ source = 'its address' }) => `a different server may answer at ${source}`,
  unread: ({ source, object = 'its values' }) =>
    source === undefined ? `no source provides ${object}` : `no reading from ${source}`,
  alert: ({ object = 'the alert' }) => `${object} has not been confirmed as resolved`,
};

/**
 * Tells which observation is missing, since when, and what to look at or do next: 'no reading from pg for 40s: …'. The only text about it, for
 * cards, commands and reports. `at`: the time of the record, on the clock of the run.
 */
export const missingText = (missing: MissingObservation, at: Millis, placeOf: PlaceOf): string => {
  const { is, since } = missing;
  const ago = since === undefined || at - since < 1000 ? '' : ` for ${formatAge(at - since)}`;
  return `${subjects[is](missing)}${ago}: ${actions[is](missing, placeOf(missing))}`;
};

/** True if two observations are of the same object, missing for the same reason. */
export const isSameMissing = (a: MissingObservation, b: MissingObservation): boolean =>
  a.is === b.is && a.object === b.object && a.source === b.source;

/** Remembers since when an observation is missing. One per check or finding. */
export const createMissingMemory = () => {
  let last: MissingObservation | undefined;
  return {
    /** The observation with the time since when it is missing; undefined: nothing is. */
    note: (found: MissingObservation | undefined, now: Millis): MissingObservation | undefined => {
      const since =
        found?.since ??
        (last !== undefined && found !== undefined && isSameMissing(last, found) ? last.since : now);
      last = found === undefined ? undefined : { ...found, ...defined({ since }) };
      return last;
    },
  };
};
