import type { Fault, Millis } from '../base/fault.ts';
import type { AlertRules } from './alert-rules.ts';
import type { AnyFact, FactKind, Note, Sample, SignalParts } from './facts.ts';
import type { ReadingReader } from './reading-reader.ts';

/** The result of one read, with its failures: four groups with one denied are three items and one fault. */
export interface Reading<T> {
  readonly items: readonly T[];
  /** Signal values from the same response (a check's latency beside its health row). */
  readonly samples?: readonly Sample[];
  /** The alerting rules of the source, from the same response. */
  readonly alertRules?: AlertRules;
  /** The series from which the signal of the feed (`partsOf`) is computed. */
  readonly parts?: SignalParts;
  /** The reason why such parts cannot be seen. */
  readonly partsHiddenBy?: string;
  readonly faults: readonly Fault[];
  /**
   * Data that the source can do without and could not read: a permission that the profile does not require. Shown in
   * the pane of the feed's kind; it is no fault of the feed, changes no level, and hides nothing elsewhere.
   */
  readonly unavailable?: readonly Fault[];
  /** The age of the answer when it arrived: a cache had stored it. Absent: it was made for this reading, as far as is known. */
  readonly ageMs?: Millis;
}

/** A range of earlier values: times on our clock, and the distance of two values. */
export interface HistoryRange {
  readonly from: Millis;
  readonly to: Millis;
  readonly stepMs: Millis;
}

/** 'recalled': the values continue those of the last 24 h. 'compared': they are older, and shown beside them. */
export type HistoryPurpose = 'recalled' | 'compared';

/** Earlier values of one series of a signal, oldest first. A step without a value is a gap: it has no point. */
export interface SeriesHistory {
  readonly signal: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly { readonly at: Millis; readonly value: number }[];
}

/** The earlier values that a source returned. Its faults are gaps in the history, not faults of the feed. */
export interface HistoryReading {
  readonly series: readonly SeriesHistory[];
  readonly faults: readonly Fault[];
}

/** The contents of a feed: rows of one kind, only samples, or notes for people. */
export type FeedKind = FactKind | 'samples' | 'notes';

/** A health row that a probe will return: listed as unknown until then. */
export interface ExpectedHealth {
  readonly service: string;
  readonly instance: string;
}

/** Properties of a feed for the engine and the store, without its `read`. */
export interface FeedInfo {
  /** Unique in the cockpit: `source/name` or `source/name@instance`, prefixed with `env:` for another environment. */
  readonly id: string;
  readonly source: string;
  /** The name in `use: source.name`. Several feeds of a source (one per instance) may share it. */
  readonly name: string;
  readonly kind: FeedKind;
  readonly instance?: string;
  /** True: its failure is itself a fact (a row that is down), not only a fault. */
  readonly probe?: boolean;
  /**
   * The health rows of this probe. Absent: one, named after the feed (or its source, if the feed is called 'health').
   */
  readonly expects?: readonly ExpectedHealth[];
  /** True: its readings contain the alerting rules of the source. */
  readonly readsAlertRules?: true;
  /** ID of the signal whose parts this feed reads, for verifications only. */
  readonly partsOf?: string;
  /** IDs of the signals that this feed's samples provide. */
  readonly signals?: readonly string[];
  /** The name of the feed whose rows this one completes, without rows of its own: it is read only where that one is. */
  readonly fills?: string;
  /** True: it needs two readings at least a second apart; a one-shot command takes both. */
  readonly needsTwo?: boolean;
  /** True: its readings hold more than another process could take over, so that each reads for itself. */
  readonly isUnshared?: true;
  /** 0: read only on demand (a runbook's diagnose step). */
  readonly everyMs: Millis;
  readonly staleMs: Millis;
  readonly timeoutMs: Millis;
  /** Number of requests per read. Absent: one. */
  readonly requests?: number;
}

type FeedActivity =
  | { readonly is: 'idle' }
  | { readonly is: 'reading'; readonly since: Millis }
  | { readonly is: 'backing-off'; readonly until: Millis };

/** The last successful reading of a feed: when it began, when it completed, and its data. */
export interface LastReading {
  readonly items: readonly (AnyFact | Note)[];
  readonly samples: readonly Sample[];
  /** See `Reading`. */
  readonly alertRules?: AlertRules;
  /** See `Reading`. */
  readonly parts?: SignalParts;
  readonly partsHiddenBy?: string;
  /** See `Reading`. */
  readonly unavailable?: readonly Fault[];
  readonly began: Millis;
  readonly at: Millis;
  /** See `Reading`. */
  readonly ageMs?: Millis;
  /** The process that read it, if it was taken from the shared state. Absent: this process. */
  readonly reader?: ReadingReader;
}

/** State of a feed: its data, and its current activity. Age is derived for display, never stored. */
export interface FeedState {
  readonly feed: FeedInfo;
  readonly known?: LastReading;
  /** Faults of the last read; the last good items are kept beside them. */
  readonly faults: readonly Fault[];
  /** Consecutive reads without data. */
  readonly losses: number;
  /** When the first read with a result began: a loss that is no later was already there. */
  readonly firstReadAt?: Millis;
  /** Start of the current series of losses. */
  readonly lostSince?: Millis;
  /** Since when every read has had faults, with or without data. */
  readonly faultySince?: Millis;
  readonly nextAt?: Millis;
  readonly doing: FeedActivity;
}

/** Returns the age of the last good reading in ms; undefined before the first one. */
export const ageOf = (state: FeedState, now: Millis): Millis | undefined =>
  state.known && Math.max(0, now - state.known.at);

/**
 * Returns whether the last good reading is older than the feed allows (after a loss: than one interval and a deadline).
 */
export const isStale = (state: FeedState, now: Millis): boolean => {
  const age = ageOf(state, now);
  return age !== undefined && age > state.feed.staleMs;
};

/** Returns whether a reading has only faults. */
export const isTotalLoss = (reading: Reading<unknown>): boolean =>
  reading.faults.length > 0 && reading.items.length === 0 && (reading.samples?.length ?? 0) === 0;
