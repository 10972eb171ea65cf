import type { Millis } from '../../domain/base/fault.ts';

/** The state of a log file at one moment, symbolic links followed. */
export interface LogFileStat {
  readonly path: string;
  /**
   * 'device:inode'. Distinguishes files that get the same name. An inode number is reused once its file is deleted
   * and closed.
   */
  readonly id: string;
  readonly sizeBytes: number;
  /** Last modification by its machine's wall clock, in ms. */
  readonly writtenAt: Millis;
}

/** An open log file. It stays readable to its end even when it is renamed or deleted. */
export interface LogFile {
  readonly path: string;
  readonly id: string;
  /** Returns its current state. Throws WireError. */
  stat(signal: AbortSignal): Promise<LogFileStat>;
  /**
   * Fills `into` with the bytes from offset `at` on. Returns the number of bytes read; 0 at the end. Throws
   * WireError.
   */
  read(into: Uint8Array, at: number, signal: AbortSignal): Promise<number>;
  /** Streams everything from offset `at` on, where single reads are expensive; absent: use `read`. */
  rest?(at: number, signal: AbortSignal): AsyncIterable<Uint8Array>;
  close(): Promise<void>;
}

/** A watch on a path. */
export interface LogWatch {
  /** Resolves when the path may have changed since the last call, or after a polling interval. Never rejects. */
  changed(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** An event of a file that is followed remotely. */
export type LogFileChange =
  /** Bytes that were appended, in order and without gaps. */
  | { readonly is: 'bytes'; readonly bytes: Uint8Array }
  /** The file now at the path; all earlier bytes have been delivered. Absent: no file. */
  | { readonly is: 'seen'; readonly now?: Pick<LogFileStat, 'id' | 'sizeBytes'> };

/**
 * The log files of a machine. Only regular files are opened. All methods throw WireError (missing, denied, malformed,
 * unreachable) and honor their signal at once.
 */
export interface LogFiles {
  /** Undefined: no file. Throws `malformed` for anything but a regular file. */
  stat(path: string, signal: AbortSignal): Promise<LogFileStat | undefined>;
  open(path: string, signal: AbortSignal): Promise<LogFile>;
  /**
   * The regular files whose names begin with one of `names`, in the directory of a path and in that of its symbolic
   * link's target.
   */
  siblings(path: string, names: readonly string[], signal: AbortSignal): Promise<readonly LogFileStat[]>;
  /** Streams the text of a gzip file. */
  unpacked(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
  watch(path: string): LogWatch;
  /** Follows an open file where polling is expensive; absent: use `read`, `stat` and `watch`. */
  follow?(file: LogFile, at: number, signal: AbortSignal): AsyncIterable<LogFileChange>;
}

/** The state of a path, symbolic links followed. */
export interface FileStat {
  readonly path: string;
  /** 'other': a FIFO, a socket or a device. These are never opened. */
  readonly kind: 'file' | 'directory' | 'other';
  readonly sizeBytes: number;
  /** True if any execute bit is set. */
  readonly runnable: boolean;
  /** Last modification by the machine's wall clock, in ms. */
  readonly writtenAt: Millis;
  /** Distinguishes files that get the same name. */
  readonly id: string;
}

/** The part of a file to read: its first or last bytes, or those from an offset on. */
export interface FilePart {
  readonly from: 'head' | 'tail' | number;
  readonly maxBytes: number;
}

/** A part of a file as text: UTF-8 without byte order mark, lines ended by \n. */
export interface FileText extends FileStat {
  /**
   * Unsanitized: parsers strip their own output (`platform/terminal/sanitize`). Stripping earlier could let a control
   * sequence swallow a delimiter.
   */
  readonly raw: string;
  /** The offsets of the part in the file, in bytes. */
  readonly begin: number;
  readonly end: number;
  /** The offset after the last line break of the part, in bytes of the file; `begin` if it has none. */
  readonly linesEnd: number;
  /** True: this is the whole file. */
  readonly whole: boolean;
}

/**
 * The file system as sources read it. All methods throw WireError (missing, denied, malformed) and honor the signal.
 */
export interface ReadFiles {
  /**
   * Absolute paths of the files and directories that a glob (*, ?, [a-z], {a,b}, **) matches, sorted; [] for no
   * match.
   */
  list(glob: string, signal: AbortSignal): Promise<readonly string[]>;
  stat(path: string, signal: AbortSignal): Promise<FileStat>;
  /** Refuses anything but a regular file of UTF-8 text. */
  read(path: string, part: FilePart, signal: AbortSignal): Promise<FileText>;
}

/** A file that was written completely. */
export interface WrittenFile {
  readonly path: string;
  readonly sizeBytes: number;
  /** SHA-256 of the file on the disk, in hex. */
  readonly sha256: string;
}

/** A new file without its final name. All methods throw WireError, except `abort`. */
export interface AtomicFileWriter {
  /** Writes with backpressure. */
  write(bytes: Uint8Array): Promise<void>;
  /** Completes the file under its final name, unless that name is taken. */
  commit(): Promise<WrittenFile>;
  /** Removes the incomplete file. */
  abort(): Promise<void>;
}

/** The disk of this machine, whatever a `via:` leads to. All methods throw WireError. */
export interface Disk {
  stat(path: string, signal: AbortSignal): Promise<FileStat>;
  /** Free bytes for this user at a path, which need not exist. */
  free(path: string, signal: AbortSignal): Promise<number>;
  /** Streams a whole file, decompressed if it is gzip. */
  bytes(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
