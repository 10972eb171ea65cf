/** A seeded source of random choices. */
export interface Chance {
  /** A number in [0, 1). */
  (): number;
  /** An integer from `least` to `most`. */
  between(least: number, most: number): number;
  /** One of a list, which is not empty. */
  of<T>(all: readonly T[]): T;
  /** True with this probability. */
  is(probability: number): boolean;
}

/** Returns a seeded source of random choices (mulberry32). */
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return Object.assign(next, {
    between,
    of: <T>(all: readonly T[]): T => all[between(0, all.length - 1)] as T,
    is: (probability: number): boolean => next() < probability,
  });
};
