import type { Millis } from '../../domain/fault.ts';

/** A log file at one moment, links followed. */
export interface LogFileStat {
  readonly path: string;
  /** 'device:inode': tells it from another that gets the same name. A number is given anew once its file is deleted and closed. */
  readonly id: string;
  readonly sizeBytes: number;
  /** When it was last written, by its machine's wall clock. */
  readonly writtenAt: Millis;
}

/** A log file that is held open: it can be read to its end whatever becomes of its name. */
export interface LogFile {
  readonly path: string;
  readonly id: string;
  /** As it is now. Throws WireError. */
  stat(signal: AbortSignal): Promise<LogFileStat>;
  /**
   * Fills `into` with what stands from `at` on, as far as there is anything; how many bytes that are, 0 at its end. Throws
   * WireError.
   */
  read(into: Uint8Array, at: number, signal: AbortSignal): Promise<number>;
  /** Everything from `at` on, where a read costs more than what it brings; absent: `read` does. */
  rest?(at: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** Tells when it is worth looking at a path again. */
export interface LogWatch {
  /** Resolves when what is there may have changed since it was asked last, or after a while. Never rejects. */
  changed(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** What is heard of a file that is followed elsewhere. */
export type LogFileNews =
  /** What was written, without a hole, in its order. */
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  /** What stands at the path: all that was written to the file before that has been given. Absent: nothing. */
  | { readonly is: 'seen'; readonly now?: Pick<LogFileStat, 'id' | 'sizeBytes'> };

/**
 * Log files of a machine. Only regular files are ever opened. Everything throws WireError (missing, denied, malformed,
 * unreachable) and honours its signal at once.
 */
export interface LogFiles {
  /** Undefined: nothing is there. `malformed` for what is no regular file. */
  stat(path: string, signal: AbortSignal): Promise<LogFileStat | undefined>;
  open(path: string, signal: AbortSignal): Promise<LogFile>;
  /** The regular files in the directory of a path (and in that of what it links to) whose names begin with one of `names`. */
  beside(path: string, names: readonly string[], signal: AbortSignal): Promise<readonly LogFileStat[]>;
  /** The text of a gzip file, piece by piece. */
  unpacked(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  watch(path: string): LogWatch;
  /** How an open file is followed where it is not cheap to look again and again; absent: `read`, `stat` and `watch` do. */
  follow?(file: LogFile, at: number, signal: AbortSignal): AsyncIterable<LogFileNews>;
}
