import type { Fault } from '../../domain/fault.ts';
import type { LogScope, LogStream } from '../format/stream.ts';
import type { ReadLens } from './lens.ts';
import type { ReadRing } from './ring.ts';

/** How it stands with lines older than those that are there. 'start': there are none; 'unable': the source cannot give them. */
export type OlderState =
  | { readonly is: 'idle' | 'loading' | 'start' }
  | { readonly is: 'unable'; readonly why: string };

/** What the screen knows of the logs. Another object whenever something has changed; ring and lenses stay the same ones. */
export interface LogsState {
  /** Absent: nothing has been asked for yet. */
  readonly scope?: LogScope;
  readonly ring: ReadRing;
  /** What the chips leave. */
  readonly lens: ReadLens;
  /** Of that, what is sought (n, N); it hides nothing. */
  readonly hits: ReadLens;
  /** Every stream that was seen since the scope was opened, by its index. */
  readonly streams: readonly LogStream[];
  /** Sources that could not say which streams they have. */
  readonly faults: readonly Fault[];
  readonly older: OlderState;
  /** True: nothing goes from the ring, and when it is full nothing more is read. */
  readonly held: boolean;
  /** It was full while held: lines wait where they are written. */
  readonly isWaiting: boolean;
  /** True: what the chips leave is being worked out; what has just come is not meant. Absent: whatever is pending is. */
  readonly isFiltering?: boolean;
  /** The pattern that took too long on some line, and was given up. */
  readonly tooSlow?: string;
  /** Counts changes. */
  readonly version: number;
}
