import type { Fault, Millis } from '../base/fault.ts';
import type { Level } from './level.ts';

/**
 * Category of a change. `restart`: a unit, container or pod was started again. `event`: an event that the platform
 * recorded. `annotation`: a note on a time axis, in Grafana. `ack`: an acknowledgement. `checklist`: a mark of a person.
 */
export type JournalKind =
  | 'verdict'
  | 'rollout'
  | 'image'
  | 'config'
  | 'restart'
  | 'event'
  | 'alert'
  | 'annotation'
  | 'source'
  | 'run'
  | 'ack'
  | 'checklist';

/** One observed change of an environment: an answer to "what changed?". */
export interface JournalEntry {
  /** Time of the observation, on the engine's clock; of a change that its source recorded, the recorded time. */
  readonly at: Millis;
  readonly kind: JournalKind;
  /** The level after the change. */
  readonly level: Level;
  /** The changed object: 'breaker billing-0 · psp', 'deployment billing'. */
  readonly what: string;
  /** The change: 'CLOSED → OPEN', 'image 1.4.2 → 1.4.3'. */
  readonly change: string;
  /** The key of its row, if there is one. */
  readonly row?: string;
  /** The source that reported it; '' for actions of opsdeck itself. */
  readonly source: string;
  /** True: an action on a simulator. */
  readonly drill?: true;
  /** The run that it belongs to, of an action of opsdeck. */
  readonly run?: string;
  /** The user, 'ana@ops-1', of a run in the ledger. Absent: this process, or no run. */
  readonly by?: string;
}

/**
 * The entries that happened in the environment itself: a drill on a simulator has changed nothing in a real environment of the
 * same name. `isSimulated`: a simulator serves the environment.
 */
export const withoutForeignDrills = (
  journal: readonly JournalEntry[],
  isSimulated: boolean,
): readonly JournalEntry[] =>
  isSimulated || journal.every(({ drill }) => drill !== true)
    ? journal
    : journal.filter(({ drill }) => drill !== true);

/** The kinds of changes that a source can have recorded before it was read. */
export type RecordedChangeKind = Extract<
  JournalKind,
  'rollout' | 'image' | 'config' | 'restart' | 'event' | 'alert' | 'annotation'
>;

/** A change of the monitored system that its source recorded, with the recorded time. */
export interface RecentChange {
  /** On our clock. */
  readonly at: Millis;
  readonly kind: RecordedChangeKind;
  readonly level: Level;
  /** Kind and name of the object: 'deployment billing'. The last word is the name that dependencies use. */
  readonly what: string;
  /** 'image 1.4.2 → 1.4.3, revision 7' */
  readonly change: string;
}

/** The changes that a source recorded, oldest first. Each fault is a part that could not be read. */
export interface RecentChangesReading {
  readonly changes: readonly RecentChange[];
  readonly faults: readonly Fault[];
}

/** Completeness of the known changes before the start of opsdeck. */
export interface ChangeCoverage {
  /** Start of the time span. */
  readonly since: Millis;
  /** Ids of the sources that have listed their changes. */
  readonly read: readonly string[];
  /** Sources that record changes but could not be read, completely or in part. */
  readonly unread: readonly Fault[];
  /** True while sources are still read. */
  readonly isReading: boolean;
}
