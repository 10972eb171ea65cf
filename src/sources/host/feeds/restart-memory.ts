import type { Millis } from '../../../domain/fault.ts';

/** A unit that was started anew within this time is called rising. */
const windowMs: Millis = 300_000;

/** Remembers how often units had been started anew, to tell whether that goes on. */
export class RestartMemory {
  readonly #seen = new Map<string, readonly { readonly at: Millis; readonly count: number }[]>();

  /** False at the first reading: one number rises nowhere. A count that fell was reset by somebody. */
  isRising(unit: string, count: number | undefined, at: Millis): boolean {
    if (count === undefined) return false;
    const before = (this.#seen.get(unit) ?? []).filter(
      (one) => at - one.at <= windowMs && one.count <= count,
    );
    this.#seen.set(unit, [...before, { at, count }]);
    return before.some((one) => one.count < count);
  }
}
