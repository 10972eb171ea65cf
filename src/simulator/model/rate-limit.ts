import type { Millis } from '../../domain/fault.ts';

const windowMs: Millis = 1000;

/** So many requests in a second and no more, whoever asks. */
export class RateLimit {
  readonly #most: number;
  #since: Millis = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** True: this one is answered. */
  takes(now: Millis): boolean {
    if (now - this.#since >= windowMs) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= this.#most;
  }
}
