import type { Millis } from '../domain/fault.ts';

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
  /** As it is: a parser strips what it makes of it (`io/sanitize`); before it, a control sequence could swallow a delimiter. */
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
