import type { Fault, Millis } from '../../domain/fault.ts';
import type { LogLevel } from '../../domain/log-level.ts';
import type { LinePattern } from '../format/filter-chip.ts';

/** Where a stream of lines is taken up. */
export interface ResumePoint {
  /** The last lines only. */
  readonly lines?: number;
  /** Lines from this moment on (engine's clock). */
  readonly since?: Millis;
  /** Behind the line that carried this mark. */
  readonly after?: string;
  /** True: what is written from now on too, until the signal aborts. */
  readonly follow: boolean;
  /** True: of the container before its last restart. */
  readonly previous?: boolean;
  /** What the reader will show of it. A tail that `filters` sends nothing else; whoever reads judges every line in any case. */
  readonly filter?: LineFilter;
  /**
   * True: the bytes of a chunk are done with when the chunk behind the next is asked for, and may then be written over. Memory that
   * is new for each costs more than everything else about reading a file.
   */
  readonly reusesBuffers?: true;
}

/** Lines that match one of `include` (all, when it is empty) and none of `exclude`, at least this grave. */
export interface LineFilter {
  readonly include: readonly LinePattern[];
  readonly exclude: readonly LinePattern[];
  readonly minLevel?: LogLevel;
}

export type LogEvent =
  /**
   * One line, without control sequences. `at`: when it was written (engine's clock), where the source knows; `mark`: resumes
   * behind it; `level`: what its source knows of it beside its text, which tells none.
   */
  | {
      readonly is: 'line';
      readonly text: string;
      readonly at?: Millis;
      readonly mark?: string;
      readonly level?: LogLevel;
    }
  /**
   * Whole lines as they stand in a file, each with its line feed: bytes, with whatever is in them. `mark`: resumes behind the
   * last one; `first`: in front of the first one, for asking for older ones.
   */
  | { readonly is: 'chunk'; readonly bytes: Uint8Array; readonly mark?: string; readonly first?: string }
  /** Lines may be missing here. `ms`: of how long. */
  | { readonly is: 'gap'; readonly why: string; readonly ms?: Millis }
  | { readonly is: 'dropped'; readonly count: number }
  /** Not an end, and nothing is missing: the file was rotated, the container began anew. */
  | { readonly is: 'note'; readonly text: string }
  | { readonly is: 'fault'; readonly fault: Fault };

/** Which lines of the past are wanted: those in front of a line's mark or a chunk's `first`, or of a moment (engine's clock). */
export interface OlderLinesRequest {
  readonly mark?: string;
  readonly at?: Millis;
  /** About so many, the newest of them. */
  readonly lines: number;
}

/** Lines of the past, oldest first. */
export interface OlderLines {
  /** `line`, `chunk`, `gap` and `fault` only. */
  readonly events: readonly LogEvent[];
  /** True: nothing is older. */
  readonly isStart: boolean;
  /** The mark of its first line, for asking again; absent where the moment of the first line serves. */
  readonly first?: string;
}

/** The lines of one container, unit or file. */
export interface Tail {
  /** 'billing-7c9f-x2k/app': unique in its source. */
  readonly stream: string;
  /** Tells it from another that gets the same name (a pod's uid, a container's id); absent: the name is enough. */
  readonly uid?: string;
  /** True: it is a file, and a reader that is no person wants all of it. */
  readonly isFile?: true;
  /** True: it leaves out itself what `Resume.filter` does not want, because all of it would be too much. */
  readonly filters?: true;
  /** Never throws: what goes wrong is an event. Ends when the stream has ended, or the signal aborts. */
  open(from: ResumePoint, signal: AbortSignal): AsyncIterable<LogEvent>;
  /** Absent: it cannot tell what was before. Never throws. */
  older?(before: OlderLinesRequest, signal: AbortSignal): Promise<OlderLines>;
}
