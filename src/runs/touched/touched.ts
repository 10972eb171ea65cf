import type { Touch } from '../../domain/touch.ts';

/** What was used of an environment since it was opened. */
export interface Touched {
  add(touch: Touch): void;
  /** Each entry once, in the order in which it was first used. */
  all(): readonly Touch[];
}

/** Keeps what was used. `standing` tells what can be seen by looking: asked when somebody wants all. */
export const createTouched = (standing: () => readonly Touch[] = () => []): Touched => {
  const kept = new Map<string, Touch>();
  const add = (touch: Touch): void => {
    if (touch.ids.length > 0) kept.set(JSON.stringify(touch), touch);
  };
  return {
    add,
    all: () => {
      for (const touch of standing()) add(touch);
      return [...kept.values()];
    },
  };
};
