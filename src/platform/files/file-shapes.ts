import type { Millis } from '../../domain/fault.ts';

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
export interface Kept {
  readonly path: string;
  readonly sizeBytes: number;
  /** Of what is on the disk, in hex. */
  readonly sha256: string;
}

/** A new file that does not have its name yet. All throw WireError but `drop`. */
export interface Draft {
  /** Waits for a disk that is slow. */
  write(bytes: Uint8Array): Promise<void>;
  /** It is whole: it gets its name, unless something has it by now. */
  keep(): Promise<Kept>;
  /** It is not: nothing of it is left. */
  drop(): Promise<void>;
}

/** What is told of the disk of this machine, whatever a `via:` leads to. All throw WireError. */
export interface Disk {
  stat(path: string, signal: AbortSignal): Promise<FileStat>;
  /** Bytes that we may still write where a path is, or would be. */
  free(path: string, signal: AbortSignal): Promise<number>;
  /** All of a file, bit by bit, unpacked where it is gzip. */
  bytes(path: string, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
