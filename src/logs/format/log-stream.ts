import type { Fault, Millis } from '../../domain/base/fault.ts';

/** Id of the built-in source of run output; no profile can use this id. */
export const runOutputSource = 'opsdeck/runs';

/** Returns the scope of one run: the output of its steps, and its progress. */
export const runOutputScope = (run: string): LogScope => ({
  title: 'output',
  of: [{ source: runOutputSource, of: run }],
});

/** State of a stream. 'waiting': disconnected, retry at `retryAt`; 'gone': its writer no longer exists. */
export type StreamState = 'opening' | 'live' | 'waiting' | 'ended' | 'gone';

/** A stream of lines as displayed: one container, unit or file. */
export interface LogStream {
  /** 'k8s:billing-7c9f-x2k/app': its source and its name there. */
  readonly id: string;
  readonly source: string;
  /** Its name in the source. */
  readonly name: string;
  /** Display name: as short as possible while unambiguous. */
  readonly label: string;
  /** Index among all streams seen; defines its color and is stored in the ring. */
  readonly index: number;
  readonly state: StreamState;
  readonly fault?: Fault;
  readonly retryAt?: Millis;
  readonly lines: number;
}

/** Selects the streams to read. */
export interface LogScope {
  /** Title: 'billing', 'all streams'. */
  readonly title: string;
  /**
   * Source ids, each with an optional selection (the argument of `Source.tails`; absent: all). Empty: every
   * source with streams.
   */
  readonly of: readonly { readonly source: string; readonly of?: string }[];
  /** Number of last lines of each stream; absent: the default. */
  readonly lines?: number;
  /** Maximum streams of each source that are read at once; absent: that of the profile. */
  readonly follow?: number;
  /** Lines since this time (wall clock). Absent: the last lines of each stream. */
  readonly since?: Millis;
  /** Lines before this time, without new ones; used for time travel. */
  readonly until?: Millis;
  /** Logs of containers before their last restart. */
  readonly previous?: boolean;
}
