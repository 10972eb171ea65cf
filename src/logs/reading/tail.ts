import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { LogLevel } from '../../domain/facts/log-level.ts';
import type { LinePattern } from '../format/filter-chip.ts';

/** Start or resume position of a stream of lines. */
export interface ResumePoint {
  /** Only the last lines. */
  readonly lines?: number;
  /** Lines since this time (engine's clock). */
  readonly since?: Millis;
  /** Lines after the line with this mark. */
  readonly after?: string;
  /** True: also new lines, until the signal aborts. */
  readonly follow: boolean;
  /** True: lines of the container before its last restart. */
  readonly previous?: boolean;
  /**
   * Filter of the consumer. A tail with `filters` sends only matching lines; the consumer filters every line
   * in any case.
   */
  readonly filter?: LineFilter;
  /**
   * True: the bytes of a chunk may be overwritten once the second next chunk is requested. Allocating memory
   * for each chunk would dominate the cost of reading a file.
   */
  readonly reusesBuffers?: true;
}

/**
 * Passes lines that match any of `include` (all lines if it is empty), none of `exclude`, and have at least
 * `minLevel`.
 */
export interface LineFilter {
  readonly include: readonly LinePattern[];
  readonly exclude: readonly LinePattern[];
  readonly minLevel?: LogLevel;
}

export type LogEvent =
  /**
   * One line without control sequences. `at`: its time (engine's clock), if the source knows it; `mark`:
   * resumes after it; `level`: level from the source, if the text has none.
   */
  | {
      readonly is: 'line';
      readonly text: string;
      readonly at?: Millis;
      readonly mark?: string;
      readonly level?: LogLevel;
    }
  /**
   * Raw bytes of whole lines, each with its line feed. `mark`: resumes after the last line; `first`: position
   * before the first line, to request older ones.
   */
  | { readonly is: 'chunk'; readonly bytes: Uint8Array; readonly mark?: string; readonly first?: string }
  /** Lines may be missing here. `ms`: duration of the gap. */
  | { readonly is: 'gap'; readonly why: string; readonly ms?: Millis }
  | { readonly is: 'dropped'; readonly count: number }
  /** Neither an end nor a gap: the file was rotated, or the container restarted. */
  | { readonly is: 'note'; readonly text: string }
  | { readonly is: 'fault'; readonly fault: Fault };

/** Requests older lines: those before a line's mark, a chunk's `first`, or a time (engine's clock). */
export interface OlderLinesRequest {
  readonly mark?: string;
  readonly at?: Millis;
  /** Approximate maximum; the newest lines are returned. */
  readonly lines: number;
}

/** Older lines, oldest first. */
export interface OlderLines {
  /** Only `line`, `chunk`, `gap` and `fault`. */
  readonly events: readonly LogEvent[];
  /** True: there are no older lines. */
  readonly isStart: boolean;
  /** Mark of the first line, for the next request; absent if the time of the first line is used. */
  readonly first?: string;
}

/** Requests the lines around a time (engine's clock). */
export interface LinesAroundRequest {
  readonly at: Millis;
  /** Approximate maximum of lines before the time, and from it on. */
  readonly before: number;
  readonly after: number;
  /** Mark of the lines that are loaded already: only lines before it. */
  readonly until?: string;
}

/** The lines around a time, oldest first. */
export interface LinesAround extends OlderLines {
  /** Size of the lines between the last one and `until`, 0 without any; absent: unknown. */
  readonly missingBytes?: number;
  /** Why lines of that time may be missing: a sentence without a period. */
  readonly unseen?: string;
}

/** Log stream of one container, unit or file. */
export interface Tail {
  /** Name that is unique in its source, for example 'billing-7c9f-x2k/app'. */
  readonly stream: string;
  /**
   * Identity behind a name that may be reused (a pod's uid, a container's id); absent: the name is unique.
   */
  readonly uid?: string;
  /** True: a file; a non-interactive consumer reads it completely. */
  readonly isFile?: true;
  /** True: applies `ResumePoint.filter` itself, because the full stream would be too large. */
  readonly filters?: true;
  /** Never throws: errors are events. Ends when the stream has ended, or the signal aborts. */
  open(from: ResumePoint, signal: AbortSignal): AsyncIterable<LogEvent>;
  /** Reads older lines; absent if not supported. Never throws. */
  older?(before: OlderLinesRequest, signal: AbortSignal): Promise<OlderLines>;
  /** Reads the lines around a time, however far back; absent if not supported. Never throws. */
  around?(request: LinesAroundRequest, signal: AbortSignal): Promise<LinesAround>;
}
