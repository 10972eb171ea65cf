import type { Fault, Millis } from '../domain/fault.ts';

/** Where a stream of lines is taken up. */
export interface Resume {
  /** The last lines only. */
  readonly lines?: number;
  /** Lines from this moment on. */
  readonly since?: Millis;
  /** Behind the line that carried this mark. */
  readonly after?: string;
  /** True: what is written from now on too, until the signal aborts. */
  readonly follow: boolean;
  /** True: of the container before its last restart. */
  readonly previous?: boolean;
}

export type LogEvent =
  /** One line, without control sequences. `at`: when it was written, where the source knows; `mark`: resumes behind it. */
  | { readonly is: 'line'; readonly text: string; readonly at?: Millis; readonly mark?: string }
  /** Lines may be missing here. */
  | { readonly is: 'gap'; readonly why: string }
  | { readonly is: 'dropped'; readonly count: number }
  | { readonly is: 'fault'; readonly fault: Fault };

/** The lines of one container, unit or file. */
export interface Tail {
  /** 'billing-7c9f-x2k/app': unique in its source. */
  readonly stream: string;
  /** Never throws: what goes wrong is an event. Ends when the stream has ended, or the signal aborts. */
  open(from: Resume, signal: AbortSignal): AsyncIterable<LogEvent>;
}
