import { describe, test } from 'vitest';

/**
 * Parts of one test in two layers: `npm test` has a sample, `test:e2e` repeats the file with everything. A file that imports
 * this module belongs to both (vitest-settings.ts).
 */
const isComplete = process.env.OPSDECK_COMPLETE_TESTS === '1';

/** The rounds to play of a property that plays `all` when it is complete; `npm test` plays a share of them. */
export const rounds = (all: number, share = 0.2): number => (isComplete ? all : Math.ceil(all * share));

/** The cases to test: in `npm test` only those that `keep` accepts. Throws when it accepts none. */
export const sampled = <T>(all: readonly T[], keep: (item: T, index: number) => boolean): readonly T[] => {
  if (isComplete) return all;
  const kept = all.filter(keep);
  if (kept.length === 0) throw new Error('the sample is empty');
  return kept;
};

/** Keeps one of `count` cases, and the first. */
export const everyNth =
  (count: number) =>
  (_: unknown, index: number): boolean =>
    index % count === 0;

/** Stands for a function of vitest that registers tests, and registers none. */
const unregistered = Object.assign(() => {}, { each: () => () => {} });

/**
 * Registers a test of `test:e2e` alone: one that takes long, and whose every mutant that it reaches is reached by two of
 * `npm test` (docs/contributing/testing.md).
 */
export const longTest = (isComplete ? test : unregistered) as typeof test;

/** A group of such tests. */
export const longDescribe = (isComplete ? describe : unregistered) as typeof describe;
