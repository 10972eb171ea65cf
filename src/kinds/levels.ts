import { holds, parseBound } from '../domain/bound.ts';
import { type Level, type LimitWords, rank, worse } from '../domain/level.ts';

/** How the level of a kind's rows is judged by words: states, severities, what is missing. */
export interface LevelRule<F> {
  /** The level of each word, in small letters. A word that is not listed is ok. */
  readonly words: Readonly<Record<string, Level>>;
  /** The words that a row is judged by. Absent: its state. */
  of?(fact: F): readonly string[];
  /** `first`: words run from the particular to the general, and the first that is known decides. Absent: the worst. */
  readonly decides?: 'first';
  /** Words of built-in bounds, in place of which a `warn` bound of the profile comes: 'near max'. */
  readonly replacedByWarn?: readonly string[];
  /** The words that `limits` may name, where the list is closed; of other kinds any word may be given a level. */
  readonly closed?: readonly string[];
}

const isLevel = (text: string | undefined): text is Level => text !== undefined && Object.hasOwn(rank, text);

const limitOf = (limits: LimitWords, word: string): Level | undefined => {
  const own = Object.keys(limits).find((key) => key.toLowerCase() === word.toLowerCase());
  const level = own === undefined || own === 'warn' || own === 'crit' ? undefined : limits[own];
  return isLevel(level) ? level : undefined;
};

const wordLevel = (
  { words, replacedByWarn = [] }: Pick<LevelRule<never>, 'words' | 'replacedByWarn'>,
  word: string,
  limits: LimitWords,
): Level | undefined => {
  const own = limitOf(limits, word);
  if (own !== undefined) return own;
  if (limits.warn !== undefined && replacedByWarn.includes(word)) return undefined;
  const known = word.toLowerCase();
  return Object.hasOwn(words, known) ? words[known] : undefined;
};

const numberLevel = (value: number | undefined, limits: LimitWords): Level => {
  const past = (text: string | undefined): boolean => {
    const bound = text === undefined || value === undefined ? undefined : parseBound(text);
    return bound !== undefined && value !== undefined && 'op' in bound && holds(bound, value) === true;
  };
  return past(limits.crit) ? 'crit' : past(limits.warn) ? 'warn' : 'ok';
};

/**
 * The level of a fact: what its words say, or its number by the profile's `warn` and `crit`, whichever is worse.
 * `limits` name a word ('disabled: ok'), or bounds on the kind's number. Words are compared without regard to case.
 */
export const judge = <F>(
  rule: LevelRule<F>,
  fact: F,
  state: string,
  value: number | undefined,
  limits: LimitWords,
): Level => {
  const words = (rule.of?.(fact) ?? [state]).filter((word) => word !== '');
  const levels = words.map((word) => wordLevel(rule, word, limits)).filter((level) => level !== undefined);
  const said = rule.decides === 'first' ? (levels[0] ?? 'ok') : levels.reduce(worse, 'ok');
  return worse(said, numberLevel(value, limits));
};
