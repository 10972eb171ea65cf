import type { FactKind } from '../domain/facts.ts';
import type { Fault, Millis } from '../domain/fault.ts';
import type { Limits } from '../domain/level.ts';
import type { SignalSpec } from '../domain/profile.ts';
import type { ExpectedHealth, FeedInfo, FeedState, Reading } from '../domain/reading.ts';
import type { Verdict } from '../domain/threshold.ts';

/** A number, and when it was read. */
export interface TimedValue {
  readonly at: Millis;
  readonly value: number;
}

/** A configured source, whether it could be opened or not. */
export interface FrameSource {
  readonly type: string;
  readonly problem?: Fault;
  /** The kinds that it gives or would give. Absent: not known; taken to be what others of its type give. */
  readonly kinds?: readonly FactKind[];
  /** The health rows that it would give, so that a check is listed even when its source is off. */
  readonly expects?: readonly ExpectedHealth[];
}

/** The fixed part of an environment's facts: what the rows are judged by. */
export interface FactsFrame {
  readonly system: string;
  readonly env: string;
  readonly limits: Limits;
  readonly signals: readonly SignalSpec[];
  /** One-shot commands have no memory: `for` counts as fulfilled, `clear` is ignored. */
  readonly memory: boolean;
  /** Kinds that each configured source would give, also the sources that could not be opened. */
  readonly sources: Readonly<Record<string, FrameSource>>;
}

/** State word of a row, and since when it has stood there. */
export interface StateSince {
  readonly word: string;
  readonly since: Millis;
}

/** All that was read of one environment. Written by the engine, read by selectors; outlives every frame. */
export interface FactsState {
  readonly frame: FactsFrame;
  readonly feeds: Readonly<Record<string, FeedState>>;
  /** By signal row key. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** By fact row key. */
  readonly since: Readonly<Record<string, StateSince>>;
  /** Values over time by signal row key, as they were read, oldest first, bounded. */
  readonly history: Readonly<Record<string, readonly TimedValue[]>>;
  /** The values before those, thinned, up to a day back; also of earlier cockpits on this machine. */
  readonly past: Readonly<Record<string, readonly TimedValue[]>>;
}

/** One thing that happened to a feed; the engine collects them and applies them once per tick. */
export type FactsChange =
  | { readonly is: 'opened'; readonly feeds: readonly FeedInfo[] }
  /** Feeds that are not there any more: what they said is gone with them, and nothing is down for it. */
  | { readonly is: 'closed'; readonly feeds: readonly string[] }
  /** A source can be reached (no fault), or why it cannot: as long as that is so, it counts as one that is off. */
  | { readonly is: 'reached'; readonly source: string; readonly fault?: Fault }
  | { readonly is: 'reading'; readonly feed: string; readonly at: Millis }
  | {
      readonly is: 'learned';
      readonly feed: string;
      readonly batch: Reading<unknown>;
      readonly began: Millis;
      readonly at: Millis;
    }
  | { readonly is: 'waiting'; readonly feed: string; readonly until: Millis; readonly backingOff: boolean }
  | { readonly is: 'forgotten'; readonly feed: string; readonly fault: Fault }
  /** Values of earlier cockpits, by signal row key, oldest first. */
  | { readonly is: 'recalled'; readonly points: ReadonlyMap<string, readonly TimedValue[]> };
