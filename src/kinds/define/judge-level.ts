import { defined } from '../../domain/base/defined.ts';
import type { Level, LimitWords } from '../../domain/facts/level.ts';
import { levelRank, noBound, worseLevel } from '../../domain/facts/level.ts';
import { type Bound, isInBound, parseBound } from '../../domain/facts/threshold.ts';

/** Assigns levels to the rows of a kind by words: states, severities, missing parts. */
export interface LevelRule<F> {
  /** The level of each word, in lower case. A word that is not listed is ok. */
  readonly words: Readonly<Record<string, Level>>;
  /** The words of a row. Absent: its state. */
  of?(fact: F): readonly string[];
  /** `first`: words are ordered from specific to general, and the first known one decides. Absent: the worst. */
  readonly decides?: 'first';
  /** Words of built-in thresholds that a `warn` threshold of the profile replaces: 'near max'. */
  readonly replacedByWarn?: readonly string[];
  /** The words that `limits` accepts, when the list is closed; other kinds accept any word. */
  readonly closed?: readonly string[];
  /** Meaning of a word, for the explanation of a level: 'the breaker rejects calls'. In lower case, without a full stop. */
  readonly meanings?: Readonly<Record<string, string>>;
}

const isLevel = (text: string | undefined): text is Level =>
  text !== undefined && Object.hasOwn(levelRank, text);

/** The key of a word in `limits`, which are case-insensitive. */
const limitKey = (limits: LimitWords, word: string): string | undefined => {
  const key = Object.keys(limits).find((candidate) => candidate.toLowerCase() === word.toLowerCase());
  return key === undefined || key === 'warn' || key === 'crit' || !isLevel(limits[key]) ? undefined : key;
};

/** Bounds on the number of a kind, such as '>=1000'. */
export interface NumberBounds {
  readonly warn?: string;
  readonly crit?: string;
}

/** The bounds that apply: those of the profile, otherwise the built-in ones. `off` disables a built-in bound. */
const effectiveBounds = (limits: LimitWords, builtIn: NumberBounds): NumberBounds => {
  const warn = limits.warn ?? builtIn.warn;
  const crit = limits.crit ?? builtIn.crit;
  return {
    ...(warn === undefined || warn === noBound ? {} : { warn }),
    ...(crit === undefined || crit === noBound ? {} : { crit }),
  };
};

/** One reason for the level of a row: a word of its state, or its number against a bound. */
export type LevelReason = {
  readonly level: Level;
  /** The key under `limits` of the profile that sets or would override it: 'warn', 'open'. */
  readonly key: string;
  /** True: the profile sets it. Otherwise it is built in. */
  readonly isOfProfile: boolean;
} & (
  | { readonly is: 'word'; readonly word: string; readonly meaning?: string }
  | { readonly is: 'number'; readonly value: number; readonly bound: Bound }
);

/** The declarations that judge the rows of a kind. */
export interface JudgedBy<F> {
  readonly rule: LevelRule<F>;
  /** The bounds that apply, as written. */
  readonly bounds: NumberBounds;
  /** The same, parsed; the worst first. */
  readonly parsed: readonly { readonly level: 'crit' | 'warn'; readonly bound: Bound }[];
  readonly limits: LimitWords;
}

/** Prepares what judges the rows of a kind, once for all of them. A bound that is not valid does not apply. */
export const judgedBy = <F>(
  rule: LevelRule<F>,
  limits: LimitWords,
  builtIn: NumberBounds = {},
): JudgedBy<F> => {
  const bounds = effectiveBounds(limits, builtIn);
  const parsed = (['crit', 'warn'] as const).flatMap((level) => {
    const text = bounds[level];
    const bound = text === undefined ? undefined : parseBound(text);
    return bound === undefined || 'error' in bound ? [] : [{ level, bound }];
  });
  return { rule, bounds, parsed, limits };
};

const wordReason = <F>({ rule, limits }: JudgedBy<F>, word: string): LevelReason | undefined => {
  const known = word.toLowerCase();
  const own = limitKey(limits, word);
  const ownLevel = own === undefined ? undefined : limits[own];
  const isOfProfile = own !== undefined && isLevel(ownLevel);
  if (!isOfProfile && limits.warn !== undefined && rule.replacedByWarn?.includes(word) === true)
    return undefined;
  const level = isOfProfile ? ownLevel : Object.hasOwn(rule.words, known) ? rule.words[known] : undefined;
  if (level === undefined) return undefined;
  const meaning =
    rule.meanings !== undefined && Object.hasOwn(rule.meanings, known) ? rule.meanings[known] : undefined;
  return {
    is: 'word',
    word,
    level,
    key: isOfProfile ? own : word,
    isOfProfile,
    ...defined({ meaning }),
  };
};

const numberReason = <F>({ limits, parsed }: JudgedBy<F>, value: number): LevelReason | undefined => {
  const over = parsed.find(({ bound }) => isInBound(bound, value) === true);
  if (over === undefined) return undefined;
  const { level, bound } = over;
  return { is: 'number', value, bound, level, key: level, isOfProfile: limits[level] !== undefined };
};

/**
 * Returns why a fact has its level: the rules that apply to its words and to its number. The worst of them is its level;
 * none: ok. `limits` contain words ('disabled: ok') or thresholds for the kind's number. Words are case-insensitive.
 * It judges every row of a reading, so it makes no other objects.
 */
export const levelReasons = <F>(
  by: JudgedBy<F>,
  fact: F,
  state: string,
  value: number | undefined,
): readonly LevelReason[] => {
  const reasons: LevelReason[] = [];
  for (const word of by.rule.of?.(fact) ?? [state]) {
    const reason = word === '' ? undefined : wordReason(by, word);
    if (reason === undefined) continue;
    reasons.push(reason);
    if (by.rule.decides === 'first') break;
  }
  const number = value === undefined ? undefined : numberReason(by, value);
  if (number !== undefined) reasons.push(number);
  return reasons;
};

/** Returns the level of a row: the worst of its reasons. */
export const worstReason = (reasons: readonly LevelReason[]): Level =>
  reasons.reduce<Level>((worst, { level }) => worseLevel(worst, level), 'ok');
