/** A line as it was written. */
export interface Written {
  /** From 0, without a hole. */
  readonly nth: number;
  readonly at: number;
  readonly text: string;
  /** Which run of the container wrote it, or which file it stands in. */
  readonly part: number;
  /** Lines of the same entry are one after the other. */
  readonly entry: number;
}

/** What one stream has written, as the machine keeps it, and who waits for more. */
export class WrittenLog {
  readonly name: string;
  readonly uid: string;
  readonly all: Written[] = [];
  /** The first line that is still kept. */
  kept = 0;
  /** How often lines went that may not have been read. */
  rotations = 0;
  part = 0;
  isGone = false;
  #entry = 0;
  #waiting: (() => void)[] = [];

  constructor(name: string, uid: string) {
    this.name = name;
    this.uid = uid;
  }

  /** Some lines at one moment, as one entry. */
  write(at: number, lines: number, padding: string): void {
    this.#entry++;
    for (let line = 0; line < lines; line++) {
      const nth = this.all.length;
      this.all.push({ nth, at, text: `${this.uid} ${nth} ${padding}`, part: this.part, entry: this.#entry });
    }
    this.tell();
  }

  /** The next lines stand elsewhere: a new file, a new run. Those before the present ones are not kept any more. */
  rotate(isForgetful: boolean): void {
    if (isForgetful) {
      const before = this.all.findIndex(({ part }) => part === this.part);
      if (before > this.kept) {
        this.kept = before;
        this.rotations++;
      }
    }
    this.part++;
    this.tell();
  }

  tell(): void {
    for (const go of this.#waiting.splice(0)) go();
  }

  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      this.#waiting.push(resolve);
    });
  }
}
