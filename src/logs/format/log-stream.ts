import type { Fault, Millis } from '../../domain/fault.ts';

/** The source of what runs say, beside those of the profile: an id that no profile can give. */
export const runOutputSource = 'opsdeck/runs';

/** The lines of one run: what its steps printed, and how it went on. */
export const runOutputScope = (run: string): LogScope => ({
  title: 'output',
  of: [{ source: runOutputSource, of: run }],
});

/** How it stands with one stream. 'waiting': it was cut off, and is tried again at `retryAt`; 'gone': what wrote it is not there any more. */
export type StreamState = 'opening' | 'live' | 'waiting' | 'ended' | 'gone';

/** A stream of lines as the pane shows it: one container, unit or file. */
export interface LogStream {
  /** 'k8s:billing-7c9f-x2k/app': its source and its name there. */
  readonly id: string;
  readonly source: string;
  /** Its name in the source. */
  readonly name: string;
  /** What it is called on the screen: as short as tells it from the others. */
  readonly label: string;
  /** Its place among those that were ever seen here; its colour, and what the ring keeps. */
  readonly index: number;
  readonly state: StreamState;
  readonly fault?: Fault;
  readonly retryAt?: Millis;
  readonly lines: number;
}

/** Which streams are wanted. */
export interface LogScope {
  /** What it is called in the title: 'billing', 'every stream'. */
  readonly title: string;
  /** Source ids, and of each what is wanted (what `Source.tails` takes; absent: all of it). Empty: every source that tails. */
  readonly of: readonly { readonly source: string; readonly of?: string }[];
  /** So many of the last lines of each stream; absent: as many as are usual. */
  readonly lines?: number;
  /** From this moment on (wall clock). Absent: the last lines of each stream. */
  readonly since?: Millis;
  /** Only up to this moment, and nothing new: where an earlier moment is looked at. */
  readonly until?: Millis;
  /** Of containers before their last restart. */
  readonly previous?: boolean;
}
