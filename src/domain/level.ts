import type { FactKind } from './facts.ts';

/** How bad something is. The order is the rank: `unknown` is worse than `ok` and is never drawn or counted as ok. */
export type Level = 'ok' | 'unknown' | 'warn' | 'crit';

/** Rank of each level, 0 (ok) to 3 (crit). */
export const levelRank: Readonly<Record<Level, number>> = { ok: 0, unknown: 1, warn: 2, crit: 3 };

/** The worse of two levels. */
export const worseLevel = (a: Level, b: Level): Level => (levelRank[a] >= levelRank[b] ? a : b);

/** The worst of some levels; `ok` when there are none (callers decide what nothing means). */
export const worstLevel = (levels: Iterable<Level>): Level => {
  let result: Level = 'ok';
  for (const level of levels) result = worseLevel(result, level);
  return result;
};

/** Overrides of one kind's built-in levels: a word's level, or `warn` and `crit` bounds on the kind's number. */
export type LimitWords = Readonly<Record<string, string | Level>>;

/** Overrides of the built-in levels, by kind. */
export type Limits = { readonly [K in FactKind]?: LimitWords };
