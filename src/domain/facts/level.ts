import type { FactKind } from './facts.ts';

/** Severity of a state. The order is the rank: `unknown` is worse than `ok` and never shown or counted as ok. */
export type Level = 'ok' | 'unknown' | 'warn' | 'crit';

/** Rank of each level, 0 (ok) to 3 (crit). */
export const levelRank: Readonly<Record<Level, number>> = { ok: 0, unknown: 1, warn: 2, crit: 3 };

/** True for warn and crit. */
export const isRaisedLevel = (level: Level): boolean => levelRank[level] >= levelRank.warn;

/** Returns the worse of two levels. */
export const worseLevel = (a: Level, b: Level): Level => (levelRank[a] >= levelRank[b] ? a : b);

/** Returns the worst level; `ok` for none (callers decide what an empty list means). */
export const worstLevel = (levels: Iterable<Level>): Level => {
  let result: Level = 'ok';
  for (const level of levels) result = worseLevel(result, level);
  return result;
};

/** Overrides of a kind's built-in levels: the level of a word, or `warn` and `crit` thresholds on the kind's number. */
export type LimitWords = Readonly<Record<string, string | Level>>;

/** The bound that disables a built-in one: `warn: off`. */
export const noBound = 'off';

/** Overrides of the built-in levels, by kind. */
export type Limits = { readonly [K in FactKind]?: LimitWords };

/** The limits of a kind without any. One object, so that what is prepared for limits is prepared once. */
export const noLimits: LimitWords = {};

/** The overrides for the rows of a kind. */
export const limitsOf = (limits: Limits, kind: FactKind): LimitWords => limits[kind] ?? noLimits;
