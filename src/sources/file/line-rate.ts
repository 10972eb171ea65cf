import type { Millis } from '../../domain/fault.ts';
import type { Found } from './parts.ts';

interface Count {
  readonly from: Millis;
  readonly to: Millis;
  readonly matches: number;
}

/** How many lines matched in the last `perMs`, from counts of one look after the other. */
export class LineRate {
  readonly #perMs: Millis;
  #counts: readonly Count[] = [];
  #lastAt: Millis | undefined;

  constructor(perMs: Millis) {
    this.#perMs = perMs;
  }

  /** `matches`: since the look before; undefined when nobody knows. */
  add(matches: number | undefined, at: Millis): void {
    const from = this.#lastAt;
    this.#lastAt = at;
    if (matches === undefined || from === undefined) this.#counts = [];
    else
      this.#counts = [...this.#counts, { from, to: at, matches }].filter(({ to }) => to > at - this.#perMs);
  }

  /**
   * Per `perMs`. Until that long has been watched, what was seen is scaled up; the oldest count, which began before the
   * time that is looked at, is taken in part.
   */
  value(): Found {
    const at = this.#lastAt ?? 0;
    const begin = at - this.#perMs;
    const first = this.#counts[0];
    if (first === undefined) return { why: 'lines are counted from now on' };
    const matches = this.#counts.reduce((sum, count) => sum + count.matches * shareBehind(begin, count), 0);
    const watchedMs = Math.min(this.#perMs, at - first.from);
    return watchedMs === 0
      ? { why: 'lines are counted from now on' }
      : { value: (matches * this.#perMs) / watchedMs };
  }
}

const shareBehind = (begin: Millis, { from, to }: Count): number =>
  from >= begin || to === from ? 1 : (to - begin) / (to - from);
