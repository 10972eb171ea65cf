import { checkRegex, type Matcher, matcherOf } from '../../../domain/regex/matcher.ts';
import { errorMessage } from '../../../domain/text/error-message.ts';

/** A compiled expression, or an error and its position, from 0. */
export type FilterPattern = { readonly matcher: Matcher } | { readonly wrong: string; readonly at: number };

/** A literal capital letter; escapes such as '\S' do not count. */
const capital = /\p{Lu}/u;
const plainLetters = (source: string): string => source.replaceAll(/\\./g, '');

/** True if the search is case-sensitive: if it contains a capital letter. */
export const isCaseSensitive = (text: string): boolean => capital.test(plainLetters(text));

const messageOf = (source: string): string | undefined => {
  try {
    checkRegex(source);
    return undefined;
  } catch (error) {
    const text = errorMessage(error);
    // "Invalid regular expression: /a**/: Nothing to repeat"
    return text.slice(text.lastIndexOf(': ') + 2).toLowerCase();
  }
};

/** Position from which the expression fails with this message. */
const placeOf = (source: string, message: string): number => {
  let index = source.length;
  while (index > 0 && messageOf(source.slice(0, index)) === message) index--;
  return index;
};

const needsBacktracking =
  'look-around, \\1 and counts over 1,000 are not supported: they could block the screen';

/**
 * Compiles an expression. Rejects features that need backtracking (look-around, references), because they may not
 * terminate in time.
 */
export const compileFilterPattern = (source: string): FilterPattern => {
  const wrong = messageOf(source);
  if (wrong !== undefined) return { wrong, at: placeOf(source, wrong) };
  const matcher = matcherOf(source);
  return matcher.needsBacktracking || !matcher.isBounded ? { wrong: needsBacktracking, at: 0 } : { matcher };
};
