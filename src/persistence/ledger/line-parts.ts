/** A longer line is no record. Only its length is kept: a forged line must not fill the memory. */
const longestLine = 64 * 1024 * 1024;

/**
 * The parts of a line that is read in chunks, joined once: joining what is there with each chunk would cost the square of its
 * length.
 */
export class LineParts {
  #parts: Buffer[] = [];
  #length = 0;

  /** In bytes. */
  get length(): number {
    return this.#length;
  }

  append(part: Buffer): void {
    this.#parts.push(part);
    this.#count(part);
  }

  prepend(part: Buffer): void {
    this.#parts.unshift(part);
    this.#count(part);
  }

  /** Returns the line, and begins the next one; undefined: it is too long. */
  take(): Buffer | undefined {
    const [part] = this.#parts;
    const isWhole = this.#length <= longestLine;
    const line = this.#parts.length === 1 ? part : Buffer.concat(this.#parts);
    this.#parts = [];
    this.#length = 0;
    return isWhole ? line : undefined;
  }

  #count({ length }: Buffer): void {
    this.#length += length;
    if (this.#length > longestLine) this.#parts = [];
  }
}
