import { compilePattern } from '../domain/pattern.ts';
import type { Matcher } from '../domain/regex/matcher.ts';
import { ExpressionError } from './expression-error.ts';

const endOf = (text: string, start: number): number => {
  let inClass = false;
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '[') inClass = true;
    else if (character === ']') inClass = false;
    else if (character === '/' && !inClass) return at;
  }
  throw new ExpressionError(start + 1, 'this pattern is not closed; end it with /');
};

/** Reads /source/flags at a place of a text; `end` is the index behind it. Throws ExpressionError. */
export const readPattern = (
  text: string,
  start: number,
): { readonly pattern: Matcher; readonly end: number } => {
  const close = endOf(text, start);
  const flags = /^[a-z]*/.exec(text.slice(close + 1))?.[0] ?? '';
  if (!/^[imsu]*$/.test(flags))
    throw new ExpressionError(close + 2, `"${flags}": a pattern takes i, m, s or u`);
  const pattern = compilePattern(text.slice(start + 1, close), flags);
  if (typeof pattern === 'string') throw new ExpressionError(start + 1, pattern);
  return { pattern, end: close + 1 + flags.length };
};
