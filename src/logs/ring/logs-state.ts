import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { LogKeys } from '../../domain/profile/profile.ts';
import type { ContextLineCount, FilterChip, LinePattern } from '../format/filter-chip.ts';
import type { LogScope, LogStream } from '../format/log-stream.ts';
import type { ReadonlyFilteredView } from './filtered-view.ts';
import type { ReadonlyLogRing } from './log-ring.ts';
import type { ReadonlyPatternCounts } from './pattern-counts.ts';

/**
 * Display of the lines. 'folded': equal lines of several streams are one row. 'exact': each line is a row. 'patterns': lines are
 * counted by the template of their text.
 */
export type LogArrangement = 'folded' | 'exact' | 'patterns';

/** Commands of the UI for logs. */
export interface LogCommands {
  /** Reads these streams instead of the current ones; no effect for the same scope. */
  open(scope: LogScope): void;
  close(): void;
  /** Applies filters. An invalid pattern is reported in a message, and the chips stay unchanged. */
  setFilters(chips: readonly FilterChip[], context?: ContextLineCount): void;
  /** Searches the shown rows; undefined ends the search. */
  search(pattern: LinePattern | undefined): void;
  /** Changes the display of the lines; the next scope keeps it. */
  arrange(arrangement: LogArrangement): void;
  /** Pauses or resumes; while paused, the ring evicts nothing. */
  setPaused(on: boolean): void;
  /** Loads lines from before the first one, if the source still has them. */
  loadOlder(): void;
  /**
   * Loads lines around a time (wall clock) that is not loaded, in place of lines that were loaded around another one. Calls `loaded` at
   * the end, before the state is published.
   */
  loadAround(time: Millis, loaded: (result: LoadedAround) => void): void;
  /** Cancels loading. */
  cancelLoading(): void;
}

/**
 * Result of loading lines around a time. `row`: the first row at or after it; `end`: the row after those that were loaded; ids of rows
 * before it are used again. `problems`: errors, and what could not be seen, as messages.
 */
export type LoadedAround =
  | {
      readonly is: 'loaded';
      readonly row: number;
      readonly end: number;
      readonly problems: readonly string[];
    }
  | { readonly is: 'none'; readonly problems: readonly string[] }
  | { readonly is: 'canceled' }
  | { readonly is: 'busy' };

/** State of loading older lines. 'start': no older lines exist; 'unable': the source does not support it. */
export type OlderLinesState =
  | { readonly is: 'idle' | 'loading' | 'start' }
  | { readonly is: 'unable'; readonly why: string };

/**
 * State of the logs for the UI. A new object for every change; the ring and the views stay the same objects.
 */
export interface LogsState {
  /** Absent: no scope has been opened yet. */
  readonly scope?: LogScope;
  readonly ring: ReadonlyLogRing;
  /** The profile's keys of JSON lines. */
  readonly keys?: LogKeys;
  /** Rows that pass the chips. */
  readonly filteredView: ReadonlyFilteredView;
  /** Search matches (n, N); hides nothing. */
  readonly hits: ReadonlyFilteredView;
  /** All streams seen since the scope was opened, by index. */
  readonly streams: readonly LogStream[];
  /** Faults of sources whose streams could not be listed. */
  readonly faults: readonly Fault[];
  /** True once every source was asked for its streams: without any, there are none. Absent: not yet. */
  readonly isListed?: boolean;
  /** The maximum streams of a source, and the number of streams that it leaves unread. Absent: all are read. */
  readonly limit?: { readonly streams: number; readonly unread: number };
  readonly older: OlderLinesState;
  /** The time range inside the rows in which lines are not loaded, after going to a time before it (wall clock). */
  readonly unloaded?: { readonly from: Millis; readonly to: Millis };
  /** Absent: 'folded'. */
  readonly arrangement?: LogArrangement;
  /** Counts by template; absent in other arrangements. */
  readonly patterns?: ReadonlyPatternCounts;
  /** True: the ring evicts nothing, and reading stops when it is full. */
  readonly isPaused: boolean;
  /** True: the ring was full while paused, so lines wait at their source. */
  readonly isWaiting: boolean;
  /**
   * True: filters are being applied after a change, not merely to new rows. Absent: derived from pending
   * rows.
   */
  readonly isFiltering?: boolean;
  /** Pattern that was disabled because it was too slow on some line. */
  readonly tooSlow?: string;
  /** Increases with every change. */
  readonly version: number;
}
