import type { Level, LimitWords } from '../domain/level.ts';
import { levelRank, noBound, worseLevel } from '../domain/level.ts';
import { type Bound, isInBound, parseBound } from '../domain/threshold.ts';

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
  const key = Object.keys(limits).find((one) => one.toLowerCase() === word.toLowerCase());
  return key === undefined || key === 'warn' || key === 'crit' || !isLevel(limits[key]) ? undefined : key;
};

/** Bounds on the number of a kind, such as '>=1000'. */
export interface NumberBounds {
  readonly warn?: string;
  readonly crit?: string;
}

/** The bounds that apply: those of the profile, otherwise the built-in ones. `off` disables a built-in bound. */
export const effectiveBounds = (limits: LimitWords, builtIn: NumberBounds): NumberBounds => {
  const [warn, crit] = [limits.warn ?? builtIn.warn, limits.crit ?? builtIn.crit];
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
interface JudgedBy<F> {
  readonly rule: LevelRule<F>;
  readonly builtIn: NumberBounds;
  readonly limits: LimitWords;
}

const wordReason = <F>({ rule, limits }: JudgedBy<F>, word: string): LevelReason | undefined => {
  const known = word.toLowerCase();
  const meaning =
    rule.meanings !== undefined && Object.hasOwn(rule.meanings, known) ? rule.meanings[known] : undefined;
  const reason = (level: Level, key: string, isOfProfile: boolean): LevelReason => ({
    is: 'word',
    word,
    level,
    key,
    isOfProfile,
    ...(meaning === undefined ? {} : { meaning }),
  });
  const own = limitKey(limits, word);
  const ownLevel = own === undefined ? undefined : limits[own];
  if (own !== undefined && isLevel(ownLevel)) return reason(ownLevel, own, true);
  if (limits.warn !== undefined && rule.replacedByWarn?.includes(word) === true) return undefined;
  const level = Object.hasOwn(rule.words, known) ? rule.words[known] : undefined;
  return level === undefined ? undefined : reason(level, word, false);
};

const numberReason = <F>(
  { limits, builtIn }: JudgedBy<F>,
  value: number | undefined,
): LevelReason | undefined => {
  const bounds = effectiveBounds(limits, builtIn);
  for (const key of ['crit', 'warn'] as const) {
    const text = bounds[key];
    const bound = text === undefined ? undefined : parseBound(text);
    if (value === undefined || bound === undefined || 'error' in bound) continue;
    if (isInBound(bound, value) === true)
      return { is: 'number', value, bound, level: key, key, isOfProfile: limits[key] !== undefined };
  }
  return undefined;
};

/**
 * Returns why a fact has its level: the rules that apply to its words and to its number. The worst of them is its level;
 * none: ok. `limits` contain words ('disabled: ok') or thresholds for the kind's number. Words are case-insensitive.
 */
export const levelReasons = <F>(
  by: JudgedBy<F>,
  fact: F,
  state: string,
  value: number | undefined,
): readonly LevelReason[] => {
  const words = (by.rule.of?.(fact) ?? [state]).filter((word) => word !== '');
  const found = words.map((word) => wordReason(by, word)).filter((reason) => reason !== undefined);
  const number = numberReason(by, value);
  return [
    ...(by.rule.decides === 'first' ? found.slice(0, 1) : found),
    ...(number === undefined ? [] : [number]),
  ];
};

/** Returns the level of a row: the worst of its reasons. */
export const worstReason = (reasons: readonly LevelReason[]): Level =>
  reasons.map(({ level }) => level).reduce(worseLevel, 'ok');
