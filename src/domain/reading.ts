import type { AnyFact, FactKind, Note, Sample } from './facts.ts';
import type { Fault, Millis } from './fault.ts';

/** What a read saw, and what it could not see: four groups of which one was denied are three items and one fault. */
export interface Reading<T> {
  readonly items: readonly T[];
  /** Values for signals that came with the same answer (a check's latency beside its health row). */
  readonly samples?: readonly Sample[];
  readonly faults: readonly Fault[];
}

/** What a feed gives: rows of one kind, samples only, or notes for a person. */
export type FeedKind = FactKind | 'samples' | 'notes';

/** A health row that a probe will give: listed as unknown until it does. */
export interface ExpectedHealth {
  readonly service: string;
  readonly instance: string;
}

/** What the engine and the store need to know of a feed, apart from how to read it. */
export interface FeedInfo {
  /** Unique in the cockpit: `source/name` or `source/name@instance`, behind `env:` for another environment. */
  readonly id: string;
  readonly source: string;
  /** The name that `use: source.name` finds. Several feeds of a source (one per instance) may share it. */
  readonly name: string;
  readonly kind: FeedKind;
  readonly instance?: string;
  /** True: its failure is itself a fact (a row that is down), not merely a fault. */
  readonly probe?: boolean;
  /** The health rows that this probe gives. Absent: one, named after the feed (or its source, when it is called 'health'). */
  readonly expects?: readonly ExpectedHealth[];
  /** Ids of the signals that this feed's samples answer. */
  readonly signals?: readonly string[];
  /** True: what it gives needs two readings at least a second apart; a one-shot command takes both. */
  readonly needsTwo?: boolean;
  /** 0: read only when asked (a runbook's diagnose step). */
  readonly everyMs: Millis;
  readonly staleMs: Millis;
  readonly timeoutMs: Millis;
  /** How many requests one read makes; absent: one. */
  readonly requests?: number;
}

type FeedActivity =
  | { readonly is: 'idle' }
  | { readonly is: 'reading'; readonly since: Millis }
  | { readonly is: 'backing-off'; readonly until: Millis };

/** The last good reading of a feed: when it began, when it was answered, what it held. */
export interface LastReading {
  readonly items: readonly (AnyFact | Note)[];
  readonly samples: readonly Sample[];
  readonly began: Millis;
  readonly at: Millis;
}

/** What we know × what we are doing. Age is derived when drawn, never stored. */
export interface FeedState {
  readonly feed: FeedInfo;
  readonly known?: LastReading;
  /** Faults of the last read; the last good items stay beside them. */
  readonly faults: readonly Fault[];
  /** Reads in a row that brought nothing. */
  readonly losses: number;
  /** When the present run of losses began. */
  readonly lostSince?: Millis;
  /** Since when every read has brought faults, alone or beside what it saw. */
  readonly faultySince?: Millis;
  readonly nextAt?: Millis;
  readonly doing: FeedActivity;
}

/** Age of the last good reading in ms; undefined before the first one. */
export const ageOf = (state: FeedState, now: Millis): Millis | undefined =>
  state.known && Math.max(0, now - state.known.at);

/** True when the last good reading is older than the feed allows (or, after a loss, than one interval and a deadline). */
export const isStale = (state: FeedState, now: Millis): boolean => {
  const age = ageOf(state, now);
  return age !== undefined && age > state.feed.staleMs;
};

/** A read that brought faults and nothing else. */
export const isTotalLoss = (batch: Reading<unknown>): boolean =>
  batch.faults.length > 0 && batch.items.length === 0 && (batch.samples?.length ?? 0) === 0;
