import type { Fault, Millis } from '../domain/base/fault.ts';
import type { FactKind } from '../domain/facts/facts.ts';
import type { Limits } from '../domain/facts/level.ts';
import type { ExpectedHealth, FeedInfo, FeedState, Reading } from '../domain/facts/reading.ts';
import type { ReadingReader } from '../domain/facts/reading-reader.ts';
import type { CommandRow } from '../domain/facts/row-command.ts';
import type { StateStart } from '../domain/facts/state-start.ts';
import type { Verdict } from '../domain/facts/threshold.ts';
import type { TimedValue, ValueSeries } from '../domain/facts/value-series.ts';
import type { SignalSpec } from '../domain/profile/profile.ts';
import type { Position } from '../domain/text/position.ts';

/** A configured source, whether or not it could be opened. */
export interface FrameSource {
  readonly type: string;
  readonly problem?: Fault;
  /** True: it was reachable once, so the start of its problem was observed. */
  readonly wasReached?: true;
  /**
   * Kinds that the source provides or would provide. Absent: unknown; the kinds of other sources of its type
   * are assumed.
   */
  readonly kinds?: readonly FactKind[];
  /** The command that reads a row by hand; absent: the source has none, or is reached through a tunnel. */
  command?(row: CommandRow): readonly string[] | undefined;
  /** Where it is reached, without credentials: a URL, brokers, a context. Absent: unknown. */
  readonly location?: string;
  /** True: it is reached through a tunnel, so its address is not reachable from a shell. */
  readonly isTunneled?: true;
  /** The command that opens its tunnel by hand, which `command` then needs; absent: there is none. */
  readonly tunnel?: readonly string[];
  /** Health rows that the source would provide, so that a check is listed even while its source is off. */
  readonly expects?: readonly ExpectedHealth[];
}

/** The fixed part of an environment's facts, used to judge its rows. */
export interface FactsFrame {
  readonly system: string;
  readonly env: string;
  readonly limits: Limits;
  /** Where the limits are written, by 'KIND.KEY'. Absent: unknown. */
  readonly limitPositions?: Readonly<Record<string, Position>>;
  readonly signals: readonly SignalSpec[];
  /** False for one-shot commands: `for` counts as elapsed, `clear` is ignored. */
  readonly memory: boolean;
  /** The configured sources by id, including those that could not be opened. */
  readonly sources: Readonly<Record<string, FrameSource>>;
}

/** The condition of a row (its state, or the level of its number), and its start. */
export interface StateSince extends StateStart {
  readonly word: string;
}

/** All readings of one environment. The engine writes it, selectors read it; it outlives every frame. */
export interface FactsState {
  readonly frame: FactsFrame;
  readonly feeds: Readonly<Record<string, FeedState>>;
  /** By signal row key. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** By fact row key. */
  readonly since: Readonly<Record<string, StateSince>>;
  /** Values over time by signal row key, at full resolution, bounded. */
  readonly history: Readonly<Record<string, ValueSeries>>;
  /**
   * Older values, downsampled, up to 24 h back; includes values from earlier cockpits on this machine and from the
   * history of sources.
   */
  readonly past: Readonly<Record<string, ValueSeries>>;
  /** Latencies over time by the row key of their health check, at full resolution, bounded. */
  readonly latencies: Readonly<Record<string, ValueSeries>>;
  /** The range that was last read for a comparison, such as last week. */
  readonly compared: Readonly<Record<string, ValueSeries>>;
}

/** One change to a feed; the engine collects changes and applies them once per tick. */
export type FactsChange =
  | { readonly is: 'opened'; readonly feeds: readonly FeedInfo[] }
  /** Feeds were closed: their data is removed, and nothing counts as down because of it. */
  | { readonly is: 'closed'; readonly feeds: readonly string[] }
  /** A source became reachable (no fault) or unreachable; an unreachable source counts as off. */
  | { readonly is: 'reached'; readonly source: string; readonly fault?: Fault }
  | { readonly is: 'reading'; readonly feed: string; readonly at: Millis }
  | {
      readonly is: 'learned';
      readonly feed: string;
      readonly reading: Reading<unknown>;
      readonly began: Millis;
      readonly at: Millis;
      /** The process that read it, if it was another one. */
      readonly reader?: ReadingReader;
    }
  | { readonly is: 'waiting'; readonly feed: string; readonly until: Millis; readonly backingOff: boolean }
  | { readonly is: 'forgotten'; readonly feed: string; readonly fault: Fault }
  /**
   * Values from before the first reading, by signal row key, oldest first: of earlier cockpits, or from the history of a
   * source. They fill gaps.
   */
  | { readonly is: 'recalled'; readonly points: ReadonlyMap<string, Iterable<TimedValue>> }
  /** Values for a comparison, oldest first; they replace those of the last one. */
  | { readonly is: 'compared'; readonly points: ReadonlyMap<string, Iterable<TimedValue>> };
