import type { Millis } from '../domain/fault.ts';

/** Since when each `X for D` has been true without a break, by its place in the parsed expression. */
export interface HoldMemory {
  /** Notes whether the part is true now; since when it has been, or undefined when it is not. */
  note(part: object, isTrue: boolean, now: Millis): Millis | undefined;
}

/** A memory that has seen nothing yet. One per expression's life: a suggestion, a proof of a run. */
export const createHoldMemory = (): HoldMemory => {
  const since = new WeakMap<object, Millis>();
  return {
    note: (part, isTrue, now) => {
      if (!isTrue) {
        since.delete(part);
        return undefined;
      }
      const began = since.get(part) ?? now;
      since.set(part, began);
      return began;
    },
  };
};
