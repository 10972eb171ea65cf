import type { Fault } from '../../domain/fault.ts';
import type { ContextLineCount, FilterChip, LinePattern } from '../format/filter-chip.ts';
import type { LogScope, LogStream } from '../format/log-stream.ts';
import type { ReadonlyFilteredView } from './filtered-view.ts';
import type { ReadonlyLogRing } from './log-ring.ts';

/** What the screen may ask for of the logs. */
export interface LogCommands {
  /** Reads these streams from now on, in place of others. The same scope again: nothing. */
  open(scope: LogScope): void;
  close(): void;
  /** Shows what these leave. A pattern that is none is said in a message, and the chips stay as they were. */
  setFilters(chips: readonly FilterChip[], context?: ContextLineCount): void;
  /** Looks for hits among the rows that are shown; undefined: no longer. */
  search(pattern: LinePattern | undefined): void;
  /** Pause: nothing goes from the ring any more; or as before. */
  setPaused(on: boolean): void;
  /** Lines from before the first one, where the source still has them. */
  loadOlder(): void;
}

/** How it stands with lines older than those that are there. 'start': there are none; 'unable': the source cannot give them. */
export type OlderLinesState =
  | { readonly is: 'idle' | 'loading' | 'start' }
  | { readonly is: 'unable'; readonly why: string };

/** What the screen knows of the logs. Another object whenever something has changed; ring and lenses stay the same ones. */
export interface LogsState {
  /** Absent: nothing has been asked for yet. */
  readonly scope?: LogScope;
  readonly ring: ReadonlyLogRing;
  /** What the chips leave. */
  readonly lens: ReadonlyFilteredView;
  /** Of that, what is sought (n, N); it hides nothing. */
  readonly hits: ReadonlyFilteredView;
  /** Every stream that was seen since the scope was opened, by its index. */
  readonly streams: readonly LogStream[];
  /** Sources that could not say which streams they have. */
  readonly faults: readonly Fault[];
  readonly older: OlderLinesState;
  /** True: nothing goes from the ring, and when it is full nothing more is read. */
  readonly isPaused: boolean;
  /** It was full while held: lines wait where they are written. */
  readonly isWaiting: boolean;
  /** True: what the chips leave is being worked out; what has just come is not meant. Absent: whatever is pending is. */
  readonly isFiltering?: boolean;
  /** The pattern that took too long on some line, and was given up. */
  readonly tooSlow?: string;
  /** Counts changes. */
  readonly version: number;
}
