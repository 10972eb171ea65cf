import { bounded } from './bounded.ts';

/** An expression that was typed, or what is wrong with it and at which of its characters, counted from 0. */
export type Expression = { readonly regExp: RegExp } | { readonly wrong: string; readonly at: number };

/** A capital letter that stands for itself: '\S' and its like are none. */
const capital = /\p{Lu}/u;
const plainLetters = (source: string): string => source.replaceAll(/\\./g, '');

/** Whether capitals matter: they do once one is typed. */
export const minds = (text: string): boolean => capital.test(plainLetters(text));

const messageOf = (source: string, flags: string): string | undefined => {
  try {
    new RegExp(source, flags);
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
  while (at > 0 && messageOf(source.slice(0, at), '') === message) at--;
  return at;
};

const cannotStop = 'look-around, \\1 and counts over 16 are not taken: they could stop the screen';

/**
 * The expression, for texts in small letters unless it `minds` capitals. What the linear engine cannot do (look-around,
 * references back, high counts) is refused, since nothing would end it.
 */
export const expressionOf = (source: string): Expression => {
  const wrong = messageOf(source, '');
  if (wrong !== undefined) return { wrong, at: placeOf(source, wrong) };
  // A group of its own: an expression with the same source may be compiled elsewhere, without a bound.
  const grouped = `(?:${source})`;
  return bounded(() => {
    if (messageOf(grouped, 'l') !== undefined) return { wrong: cannotStop, at: 0 };
    return { regExp: new RegExp(grouped) };
  });
};
