import { type Matcher, matcherOf } from '../../../domain/regex/matcher.ts';

/** An expression that was typed, or what is wrong with it and at which of its characters, counted from 0. */
export type FilterPattern = { readonly matcher: Matcher } | { readonly wrong: string; readonly at: number };

/** A capital letter that stands for itself: '\S' and its like are none. */
const capital = /\p{Lu}/u;
const plainLetters = (source: string): string => source.replaceAll(/\\./g, '');

/** Whether capitals matter: they do once one is typed. */
export const isCaseSensitive = (text: string): boolean => capital.test(plainLetters(text));

const messageOf = (source: string): string | undefined => {
  try {
    new RegExp(source);
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // "Invalid regular expression: /a**/: Nothing to repeat"
    return text.slice(text.lastIndexOf(': ') + 2).toLowerCase();
  }
};

/** Where it begins to be wrong in the way in which all of it is wrong. */
const placeOf = (source: string, message: string): number => {
  let at = source.length;
  while (at > 0 && messageOf(source.slice(0, at)) === message) at--;
  return at;
};

const needsBacktracking =
  'look-around, \\1 and counts over 1,000 are not supported: they could block the screen';

/**
 * The expression, for texts in small letters unless it `minds` capitals. What needs an engine that backtracks (look-around,
 * references) is refused, since nothing would end it.
 */
export const compileFilterPattern = (source: string): FilterPattern => {
  const wrong = messageOf(source);
  if (wrong !== undefined) return { wrong, at: placeOf(source, wrong) };
  const matcher = matcherOf(source);
  return matcher.needsBacktracking || !matcher.isBounded ? { wrong: needsBacktracking, at: 0 } : { matcher };
};
