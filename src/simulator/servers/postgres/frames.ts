/** A message of a client: its letter, '' for those that begin a connection, and its body. */
export interface Frame {
  readonly type: string;
  readonly body: Buffer;
}

/** Longer than any statement of ours. */
const longest = 1024 * 1024;

/** Cuts what comes into messages; throws when it is none. Before a client has logged in, messages have no letter. */
export class Frames {
  #held = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.#held = Buffer.concat([this.#held, chunk]);
  }

  /** The next message that is whole; undefined until one is. */
  next(isLoggingIn: boolean): Frame | undefined {
    const head = isLoggingIn ? 0 : 1;
    if (this.#held.length < head + 4) return undefined;
    const length = this.#held.readInt32BE(head);
    if (length < 4 || length > longest) throw new Error('no message of a PostgreSQL client');
    if (this.#held.length < head + length) return undefined;
    const type = this.#held.toString('latin1', 0, head);
    const body = this.#held.subarray(head + 4, head + length);
    this.#held = this.#held.subarray(head + length);
    return { type, body };
  }
}

/** Reads a body from its beginning. */
export class Reader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get isDone(): boolean {
    return this.#at >= this.#body.length;
  }

  text(): string {
    const end = this.#body.indexOf(0, this.#at);
    const text = this.#body.toString('utf8', this.#at, end < 0 ? this.#body.length : end);
    this.#at = end < 0 ? this.#body.length : end + 1;
    return text;
  }

  int16(): number {
    this.#at += 2;
    return this.#body.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#body.readInt32BE(this.#at - 4);
  }

  /** A value with its length before it; null for NULL. */
  value(): string | null {
    const length = this.int32();
    if (length < 0) return null;
    this.#at += length;
    return this.#body.toString('utf8', this.#at - length, this.#at);
  }
}
