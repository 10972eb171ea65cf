import { type Range, withCaseVariants } from '../../domain/regex/char-ranges.ts';
import { stripControls } from '../../domain/text/controls.ts';

/** RE2 cannot express the pattern, or might interpret it differently. */
class UntranslatableError extends Error {}

/** True for characters that no line contains here: they are stripped, or end a line. */
const isStrippedChar = (char: string): boolean => char === '\n' || stripControls(char) === '';

/** Formats one literal character. */
const re2Literal = (char: string): string => {
  const code = char.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `\\x${code.toString(16).padStart(2, '0')}`;
  return /[\\^$.*+?()[\]{}|]/.test(char) ? `\\${char}` : char;
};

/** Formats one character, with `ignoreCase` including its case variants under JavaScript's flag i. */
const re2AnyCase = (char: string, ignoreCase: boolean): string => {
  const code = char.charCodeAt(0);
  // JavaScript reads longer characters as two surrogates, which have no case.
  const variants = ignoreCase && char.length === 1 ? withCaseVariants([[code, code]]) : [];
  if (variants.length < 2) return re2Literal(char);
  return `[${variants.map(([variant]) => String.fromCharCode(variant)).join('')}]`;
};

const controlEscapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

/** Parses a backslash escape for a character, and returns its length. Throws UntranslatableError. */
const parseCharEscape = (rest: string): { readonly length: number; readonly char: string } => {
  const [whole, byte, unit, control] =
    /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|c([a-zA-Z]))/.exec(rest) ?? [];
  if (whole !== undefined) {
    const code = control === undefined ? Number.parseInt(byte ?? unit ?? '', 16) : control.charCodeAt(0) % 32;
    const char = String.fromCharCode(code);
    if (!char.isWellFormed()) throw new UntranslatableError();
    return { length: whole.length, char };
  }
  const letter = rest[1] ?? '';
  if (letter === '0' && !/\d/.test(rest[2] ?? '')) return { length: 2, char: '\0' };
  // Backreferences, legacy octals, and escapes that are literal only without the flag u.
  if (letter === '' || /[0-9kpPuxc]/.test(letter)) throw new UntranslatableError();
  return { length: 2, char: controlEscapes[letter] ?? letter };
};

/** JavaScript's \s without line breaks and controls, which no line contains here. Source: ECMA-262, WhiteSpace. */
const whitespaceClass = '\\t \\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
const shorthandClasses: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: whitespaceClass };

/** True for \d, \w, \s and their negations. */
const isShorthand = (letter: string | undefined): boolean => /^[dDwWsS]$/.test(letter ?? '');

/** Any character except `never`, which is the content of a class; empty: no exception. */
const anyChar = (never: string): string => (never === '' ? '(?s:.)' : `[^${never}]`);

/** \d, \w, \s and their negations outside of a class. */
const shorthandClass = (letter: string, never: string): string =>
  shorthandClasses[letter] === undefined
    ? `[^${shorthandClasses[letter.toLowerCase()]}${never}]`
    : `[${shorthandClasses[letter]}]`;

interface ClassMember {
  readonly length: number;
  /** As written in an RE2 class; '' for a character that no line contains, and for a negated shorthand. */
  readonly re2: string;
  /** Set for a shorthand. */
  readonly letter?: string;
  /** Set for a character. */
  readonly code?: number;
}

/** Parses one member of a class, where \b is a backspace. */
const parseClassMember = (source: string, index: number): ClassMember => {
  const char = String.fromCodePoint(source.codePointAt(index) ?? 0);
  const next = source[index + 1];
  // Without the flag u, JavaScript reads it as two characters.
  if (char.length > 1 || index >= source.length) throw new UntranslatableError();
  if (char !== '\\') return { length: 1, re2: escapeClassChar(char), code: char.charCodeAt(0) };
  if (next !== undefined && isShorthand(next))
    return { length: 2, re2: shorthandClasses[next] ?? '', letter: next };
  if (next === 'b') return { length: 2, re2: escapeClassChar('\b') };
  const { length, char: meant } = parseCharEscape(source.slice(index));
  return { length, re2: escapeClassChar(meant), code: meant.charCodeAt(0) };
};

const escapeClassChar = (char: string): string =>
  isStrippedChar(char) ? '' : char === '-' ? '\\-' : re2Literal(char);

/** Parses the class that begins at a '[', and returns the position after it. Throws UntranslatableError. */
const parseClass = (
  source: string,
  begin: number,
  { never, ignoreCase }: { readonly never: string; readonly ignoreCase: boolean },
): { readonly text: string; readonly end: number } => {
  const isNegated = source[begin + 1] === '^';
  let index = begin + (isNegated ? 2 : 1);
  let text = '';
  let letters = '';
  const ranges: Range[] = [];
  while (source[index] !== ']') {
    const from = parseClassMember(source, index);
    index += from.length;
    text += from.re2;
    letters += from.letter ?? '';
    if (source[index] !== '-' || source[index + 1] === ']') {
      if (from.code !== undefined) ranges.push([from.code, from.code]);
      continue;
    }
    const to = parseClassMember(source, index + 1);
    const ends = [from, to];
    if (ends.some(({ re2, letter }) => re2 === '' || letter !== undefined)) throw new UntranslatableError();
    text += `-${to.re2}`;
    ranges.push([from.code ?? 0, to.code ?? 0]);
    index += 1 + to.length;
  }
  if (ignoreCase) text += caseVariants(ranges);
  return { text: buildClass(text, letters, isNegated, never), end: index + 1 };
};

/** Case variants of these characters that the ranges do not contain. */
const caseVariants = (ranges: readonly Range[]): string =>
  withCaseVariants(ranges)
    .slice(ranges.length)
    .map(([code]) => escapeClassChar(String.fromCharCode(code)))
    .join('');

const buildClass = (text: string, letters: string, isNegated: boolean, never: string): string => {
  if (/[DWS]/.test(letters)) {
    // '[\s\S]' and similar classes match everything; RE2 cannot express any other class with a negated shorthand.
    const isAll = ['sS', 'dD', 'wW'].some((pair) => [...pair].every((letter) => letters.includes(letter)));
    if (!isAll || isNegated) throw new UntranslatableError();
    return anyChar(never);
  }
  if (text !== '') return `[${isNegated ? `^${text}${never}` : text}]`;
  if (!isNegated) throw new UntranslatableError();
  return anyChar(never);
};

/** RE2's limit of counted repetition, including nested ones. Source: Go, regexp/syntax, maxRepeat. */
const maxRepeats = 1000;

/** Escapes literal text for RE2. */
export const escapeRe2Text = (text: string, ignoreCase: boolean): string =>
  [...text].map((char) => re2AnyCase(char, ignoreCase)).join('');

/**
 * Translates a JavaScript pattern (without flags, or with i) to RE2. It matches in a line as written what the pattern
 * matches in the line without controls, so that a trailing carriage return does not count. Returns undefined when RE2
 * cannot express it: lookaround, backreferences. `never`: characters (as in a class) that '.' and negated classes do
 * not match; empty: no exception. Does not use RE2's own flag i, which has more case variants (k and the Kelvin sign).
 * Characters beyond U+FFFF are one to RE2, but two to JavaScript without the flag u.
 */
export const translateToRe2 = (source: string, never: string, ignoreCase: boolean): string | undefined => {
  try {
    return source.isWellFormed() ? translatePattern(source, { never, ignoreCase }) : undefined;
  } catch (error) {
    if (error instanceof UntranslatableError) return undefined;
    throw error;
  }
};

/** A piece of a pattern: its RE2 form, its length, and how often it repeats the piece before it. */
interface PatternPiece {
  readonly re2: string;
  readonly length: number;
  /** True: RE2 rejects a quantifier after it, or JavaScript interprets it differently. */
  readonly isUnrepeatable?: true;
  readonly repeats?: number;
}

/** Options of a translation. */
interface TranslateOptions {
  readonly never: string;
  readonly ignoreCase: boolean;
}

const translatePattern = (source: string, manner: TranslateOptions): string => {
  let out = '';
  let repeats = 1;
  let last: PatternPiece | undefined;
  for (let index = 0; index < source.length; index += last.length) {
    const piece = parseQuantifier(source, index) ?? parsePiece(source, index, manner);
    repeats *= piece.repeats ?? 1;
    if (repeats > maxRepeats || (piece.repeats !== undefined && last?.isUnrepeatable === true))
      throw new UntranslatableError();
    out += piece.re2;
    last = piece;
  }
  return out;
};

const parseQuantifier = (source: string, index: number): PatternPiece | undefined => {
  const [whole, least, most] = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/.exec(source.slice(index)) ?? [];
  if (whole === undefined) return undefined;
  return { re2: whole, length: whole.length, repeats: Math.max(1, Number(least ?? 1), Number(most ?? 1)) };
};

const parsePiece = (source: string, index: number, manner: TranslateOptions): PatternPiece => {
  const char = String.fromCodePoint(source.codePointAt(index) ?? 0);
  switch (char) {
    case '\\':
      return parseEscape(source, index, manner);
    case '[': {
      const { text, end } = parseClass(source, index, manner);
      return { re2: text, length: end - index };
    }
    case '(':
      return parseGroup(source, index);
    case '^':
      return { re2: char, length: 1, isUnrepeatable: true };
    case '$':
      return { re2: '\\r?$', length: 1, isUnrepeatable: true };
    case '.':
      return { re2: manner.never === '' ? char : `[^${manner.never}]`, length: 1 };
    case '|':
    case ')':
      return { re2: char, length: 1 };
    default:
      return charPiece(char, char.length, manner);
  }
};

const charPiece = (char: string, length: number, { ignoreCase }: TranslateOptions): PatternPiece => {
  if (isStrippedChar(char)) throw new UntranslatableError();
  return { re2: re2AnyCase(char, ignoreCase), length, ...(char.length > 1 ? { isUnrepeatable: true } : {}) };
};

const parseEscape = (source: string, index: number, manner: TranslateOptions): PatternPiece => {
  const letter = source[index + 1] ?? '';
  if (isShorthand(letter)) return { re2: shorthandClass(letter, manner.never), length: 2 };
  if (letter === 'b' || letter === 'B') return { re2: `\\${letter}`, length: 2, isUnrepeatable: true };
  const { length, char } = parseCharEscape(source.slice(index));
  return charPiece(char, length, manner);
};

/** Translates groups as non-capturing, since captures are not used. */
const parseGroup = (source: string, index: number): PatternPiece => {
  const [whole] = /^\((?:\?:|\?<[^=!>][^>]*>|(?!\?))/.exec(source.slice(index)) ?? [];
  if (whole === undefined) throw new UntranslatableError();
  return { re2: '(?:', length: whole.length };
};
