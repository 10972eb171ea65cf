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
export type LogFileChange =
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
  siblings(path: string, names: readonly string[], signal: AbortSignal): Promise<readonly LogFileStat[]>;
  /** The text of a gzip file, piece by piece. */
  unpacked(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  watch(path: string): LogWatch;
  /** How an open file is followed where it is not cheap to look again and again; absent: `read`, `stat` and `watch` do. */
  follow?(file: LogFile, at: number, signal: AbortSignal): AsyncIterable<LogFileChange>;
}

/** What is at a path, links followed. */
export interface FileStat {
  readonly path: string;
  /** 'other': a FIFO, a socket or a device. Such a thing is never opened. */
  readonly kind: 'file' | 'directory' | 'other';
  readonly sizeBytes: number;
  /** True: somebody may execute it. */
  readonly runnable: boolean;
  /** When it was last written, by the machine's wall clock. */
  readonly writtenAt: Millis;
  /** Tells it from another file that gets the same name. */
  readonly id: string;
}

/** Which part of a file is read: its first or last bytes, or what follows an offset. */
export interface FilePart {
  readonly from: 'head' | 'tail' | number;
  readonly maxBytes: number;
}

/** A part of a file as text: UTF-8 without byte order mark, lines ended by \n. */
export interface FileText extends FileStat {
  /** As it is: a parser strips what it makes of it (`platform/terminal/sanitize`); before it, a control sequence could swallow a delimiter. */
  readonly raw: string;
  /** Where the part begins and ends in the file, in bytes. */
  readonly begin: number;
  readonly end: number;
  /** Behind the last line break of the part, in bytes of the file; `begin` when it has none. */
  readonly linesEnd: number;
  /** True: this is all of the file. */
  readonly whole: boolean;
}

/** The reading half of a file system, as sources see it. All throw WireError (missing, denied, malformed) and honour the signal. */
export interface ReadFiles {
  /** Absolute paths of the files and directories that a glob (*, ?, [a-z], {a,b}, **) matches, sorted; [] when there are none. */
  list(glob: string, signal: AbortSignal): Promise<readonly string[]>;
  stat(path: string, signal: AbortSignal): Promise<FileStat>;
  /** Refuses what is no regular file, and what is no UTF-8 text. */
  read(path: string, part: FilePart, signal: AbortSignal): Promise<FileText>;
}

/** A file that was written as a whole. */
export interface WrittenFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of what is on the disk, in hex. */
  readonly sha256: string;
}

/** A new file that does not have its name yet. All throw WireError but `drop`. */
export interface AtomicFileWriter {
  /** Waits for a disk that is slow. */
  write(bytes: Uint8Array): Promise<void>;
  /** It is whole: it gets its name, unless something has it by now. */
  commit(): Promise<WrittenFile>;
  /** It is not: nothing of it is left. */
  abort(): Promise<void>;
}

/** What is told of the disk of this machine, whatever a `via:` leads to. All throw WireError. */
export interface Disk {
  stat(path: string, signal: AbortSignal): Promise<FileStat>;
  /** Bytes that we may still write where a path is, or would be. */
  free(path: string, signal: AbortSignal): Promise<number>;
  /** All of a file, bit by bit, unpacked where it is gzip. */
  bytes(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
