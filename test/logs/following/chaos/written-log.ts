/** A written line. */
export interface Written {
  /** From 0, without gaps. */
  readonly nth: number;
  readonly at: number;
  readonly text: string;
  /** The container run that wrote it, or the file that contains it. */
  readonly part: number;
  /** Lines of one entry are consecutive. */
  readonly entry: number;
}

/** The lines of one stream that the machine still keeps, and the readers that wait for more. */
export class WrittenLog {
  readonly name: string;
  readonly uid: string;
  readonly all: Written[] = [];
  /** The oldest line still kept. */
  kept = 0;
  /** Number of times that possibly unread lines were dropped. */
  rotations = 0;
  part = 0;
  isGone = false;
  #entry = 0;
  #waiting: (() => void)[] = [];

  constructor(name: string, uid: string) {
    this.name = name;
    this.uid = uid;
  }

  /** Writes several lines with one time, as one entry. */
  write(time: number, lines: number, padding: string): void {
    this.#entry++;
    for (let line = 0; line < lines; line++) {
      const nth = this.all.length;
      this.all.push({
        nth,
        at: time,
        text: `${this.uid} ${nth} ${padding}`,
        part: this.part,
        entry: this.#entry,
      });
    }
    this.notifyReaders();
  }

  /** Starts a new file or a new run. Only the latest file or run before it is kept. */
  rotate(isForgetful: boolean): void {
    if (isForgetful) {
      const before = this.all.findIndex(({ part }) => part === this.part);
      if (before > this.kept) {
        this.kept = before;
        this.rotations++;
      }
    }
    this.part++;
    this.notifyReaders();
  }

  notifyReaders(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.#waiting.push(resolve);
    });
  }
}
