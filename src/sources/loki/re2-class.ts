import { type Range, withCaseVariants } from '../../domain/regex/char-ranges.ts';
import { charOfEscape, isNeverSeen, literal, Unsayable } from './re2-char.ts';

/** What JavaScript's \s takes, without the breaks and controls that no line has when it is judged. Source: ECMA-262, WhiteSpace. */
const spaces = '\\t \\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
const inside: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: spaces };

/** The letters of \d, \w, \s and their opposites. */
export const isShorthand = (letter: string | undefined): boolean => /^[dDwWsS]$/.test(letter ?? '');

/** `never`: what no class takes that says what it is not, as it stands in a class; empty: they take everything. */
const anything = (never: string): string => (never === '' ? '(?s:.)' : `[^${never}]`);

/** \d, \w, \s and their opposites outside of a class. */
export const shorthand = (letter: string, never: string): string =>
  inside[letter] === undefined ? `[^${inside[letter.toLowerCase()]}${never}]` : `[${inside[letter]}]`;

interface Member {
  readonly length: number;
  /** As it stands in a class of RE2; '' for what no line has, and for the opposite of a shorthand. */
  readonly re2: string;
  /** Of a shorthand. */
  readonly letter?: string;
  /** Of a character. */
  readonly code?: number;
}

/** One member of a class, where \b is a backspace. */
const memberAt = (source: string, at: number): Member => {
  const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
  const next = source[at + 1];
  // Without the flag u, JavaScript takes it for two characters.
  if (char.length > 1 || at >= source.length) throw new Unsayable();
  if (char !== '\\') return { length: 1, re2: escaped(char), code: char.charCodeAt(0) };
  if (next !== undefined && isShorthand(next)) return { length: 2, re2: inside[next] ?? '', letter: next };
  if (next === 'b') return { length: 2, re2: escaped('\b') };
  const { length, char: meant } = charOfEscape(source.slice(at));
  return { length, re2: escaped(meant), code: meant.charCodeAt(0) };
};

const escaped = (char: string): string => (isNeverSeen(char) ? '' : char === '-' ? '\\-' : literal(char));

/** The class that begins at a '[', and the place behind it. Throws Unsayable. */
export const classAt = (
  source: string,
  begin: number,
  { never, ignoreCase }: { readonly never: string; readonly ignoreCase: boolean },
): { readonly text: string; readonly end: number } => {
  const isNegated = source[begin + 1] === '^';
  let at = begin + (isNegated ? 2 : 1);
  let text = '';
  let letters = '';
  const ranges: Range[] = [];
  while (source[at] !== ']') {
    const from = memberAt(source, at);
    at += from.length;
    text += from.re2;
    letters += from.letter ?? '';
    if (source[at] !== '-' || source[at + 1] === ']') {
      if (from.code !== undefined) ranges.push([from.code, from.code]);
      continue;
    }
    const to = memberAt(source, at + 1);
    const ends = [from, to];
    if (ends.some(({ re2, letter }) => re2 === '' || letter !== undefined)) throw new Unsayable();
    text += `-${to.re2}`;
    ranges.push([from.code ?? 0, to.code ?? 0]);
    at += 1 + to.length;
  }
  if (ignoreCase) text += variantsOf(ranges);
  return { text: wholeClass(text, letters, isNegated, never), end: at + 1 };
};

/** What the flag i takes for one of these characters, and they do not hold. */
const variantsOf = (ranges: readonly Range[]): string =>
  withCaseVariants(ranges)
    .slice(ranges.length)
    .map(([code]) => escaped(String.fromCharCode(code)))
    .join('');

const wholeClass = (text: string, letters: string, isNegated: boolean, never: string): string => {
  if (/[DWS]/.test(letters)) {
    // '[\s\S]' and its like are everything; what else has such a part is told by nothing that RE2 has.
    const isAll = ['sS', 'dD', 'wW'].some((pair) => [...pair].every((letter) => letters.includes(letter)));
    if (!isAll || isNegated) throw new Unsayable();
    return anything(never);
  }
  if (text !== '') return `[${isNegated ? `^${text}${never}` : text}]`;
  if (!isNegated) throw new Unsayable();
  return anything(never);
};
