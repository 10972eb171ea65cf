import type { LogLine } from './log-book.ts';

/** One file of a log: what is written to now, or what it was rotated to. */
export interface BookFile {
  /** What its name has behind that of the log: '', '.1', '.2.gz'. */
  readonly ending: string;
  /** Keeps it through every rotation but packing. */
  readonly inode: number;
  readonly lines: readonly LogLine[];
}

/** logrotate's size and rotate: so many lines, so many files beside the one that is written to. */
const linesPerFile = 1000;
const keptFiles = 2;
const endings = ['', '.1', '.2.gz'];
const firstInode = 131_073;

/** A log file that is rotated by renaming, the second one packed. */
export class FileBook {
  #files: readonly { readonly inode: number; readonly lines: LogLine[] }[] = [
    { inode: firstInode, lines: [] },
  ];
  #nextInode = firstInode + 1;
  #nextLine = 1;

  /** Of what is written to now. */
  get lines(): readonly LogLine[] {
    return this.#files[0]?.lines ?? [];
  }

  /** The newest first. */
  get files(): readonly BookFile[] {
    return this.#files.map((file, index) => ({ ...file, ending: endings[index] ?? '' }));
  }

  write(line: Omit<LogLine, 'number'>): void {
    if (this.lines.length >= linesPerFile) this.rotate();
    this.#files[0]?.lines.push({ ...line, number: this.#nextLine });
    this.#nextLine += 1;
  }

  /** `logrotate -f` */
  rotate(): void {
    const [now, before] = this.#files;
    const packed = before === undefined ? [] : [{ inode: this.#inode(), lines: before.lines }];
    const kept = [...(now === undefined ? [] : [now]), ...packed].slice(0, keptFiles);
    this.#files = [{ inode: this.#inode(), lines: [] }, ...kept];
  }

  #inode(): number {
    this.#nextInode += 1;
    return this.#nextInode - 1;
  }
}
