import { stripControls } from '../../domain/controls.ts';
import { type Range, withCaseVariants } from '../../domain/regex/char-ranges.ts';

/** RE2 has no words for it, or might mean something else by them. */
class UntranslatableError extends Error {}

/** No line that is judged here has it: it is stripped, or begins a new line. */
const isStrippedChar = (char: string): boolean => char === '\n' || stripControls(char) === '';

/** One character that is meant as it stands. */
const re2Literal = (char: string): string => {
  const code = char.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `\\x${code.toString(16).padStart(2, '0')}`;
  return /[\\^$.*+?()[\]{}|]/.test(char) ? `\\${char}` : char;
};

/** One character, and with `ignoreCase` those that JavaScript's flag i takes for it. */
const re2AnyCase = (char: string, ignoreCase: boolean): string => {
  const code = char.charCodeAt(0);
  // JavaScript reads what is longer in halves, which have no case.
  const variants = ignoreCase && char.length === 1 ? withCaseVariants([[code, code]]) : [];
  if (variants.length < 2) return re2Literal(char);
  return `[${variants.map(([variant]) => String.fromCharCode(variant)).join('')}]`;
};

const controlEscapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

/** What a backslash and what follows it mean where they mean a character, and how long they are. Throws Unsayable. */
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
  // Backreferences, old octals, and what only means itself in a pattern without the flag u.
  if (letter === '' || /[0-9kpPuxc]/.test(letter)) throw new UntranslatableError();
  return { length: 2, char: controlEscapes[letter] ?? letter };
};

/** What JavaScript's \s takes, without the breaks and controls that no line has when it is judged. Source: ECMA-262, WhiteSpace. */
const whitespaceClass = '\\t \\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
const shorthandClasses: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: whitespaceClass };

/** The letters of \d, \w, \s and their opposites. */
const isShorthand = (letter: string | undefined): boolean => /^[dDwWsS]$/.test(letter ?? '');

/** `never`: what no class takes that says what it is not, as it stands in a class; empty: they take everything. */
const anyChar = (never: string): string => (never === '' ? '(?s:.)' : `[^${never}]`);

/** \d, \w, \s and their opposites outside of a class. */
const shorthandClass = (letter: string, never: string): string =>
  shorthandClasses[letter] === undefined
    ? `[^${shorthandClasses[letter.toLowerCase()]}${never}]`
    : `[${shorthandClasses[letter]}]`;

interface ClassMember {
  readonly length: number;
  /** As it stands in a class of RE2; '' for what no line has, and for the opposite of a shorthand. */
  readonly re2: string;
  /** Of a shorthand. */
  readonly letter?: string;
  /** Of a character. */
  readonly code?: number;
}

/** One member of a class, where \b is a backspace. */
const parseClassMember = (source: string, at: number): ClassMember => {
  const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
  const next = source[at + 1];
  // Without the flag u, JavaScript takes it for two characters.
  if (char.length > 1 || at >= source.length) throw new UntranslatableError();
  if (char !== '\\') return { length: 1, re2: escapeClassChar(char), code: char.charCodeAt(0) };
  if (next !== undefined && isShorthand(next))
    return { length: 2, re2: shorthandClasses[next] ?? '', letter: next };
  if (next === 'b') return { length: 2, re2: escapeClassChar('\b') };
  const { length, char: meant } = parseCharEscape(source.slice(at));
  return { length, re2: escapeClassChar(meant), code: meant.charCodeAt(0) };
};

const escapeClassChar = (char: string): string =>
  isStrippedChar(char) ? '' : char === '-' ? '\\-' : re2Literal(char);

/** The class that begins at a '[', and the place behind it. Throws Unsayable. */
const parseClass = (
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
    const from = parseClassMember(source, at);
    at += from.length;
    text += from.re2;
    letters += from.letter ?? '';
    if (source[at] !== '-' || source[at + 1] === ']') {
      if (from.code !== undefined) ranges.push([from.code, from.code]);
      continue;
    }
    const to = parseClassMember(source, at + 1);
    const ends = [from, to];
    if (ends.some(({ re2, letter }) => re2 === '' || letter !== undefined)) throw new UntranslatableError();
    text += `-${to.re2}`;
    ranges.push([from.code ?? 0, to.code ?? 0]);
    at += 1 + to.length;
  }
  if (ignoreCase) text += caseVariants(ranges);
  return { text: buildClass(text, letters, isNegated, never), end: at + 1 };
};

/** What the flag i takes for one of these characters, and they do not hold. */
const caseVariants = (ranges: readonly Range[]): string =>
  withCaseVariants(ranges)
    .slice(ranges.length)
    .map(([code]) => escapeClassChar(String.fromCharCode(code)))
    .join('');

const buildClass = (text: string, letters: string, isNegated: boolean, never: string): string => {
  if (/[DWS]/.test(letters)) {
    // '[\s\S]' and its like are everything; what else has such a part is told by nothing that RE2 has.
    const isAll = ['sS', 'dD', 'wW'].some((pair) => [...pair].every((letter) => letters.includes(letter)));
    if (!isAll || isNegated) throw new UntranslatableError();
    return anyChar(never);
  }
  if (text !== '') return `[${isNegated ? `^${text}${never}` : text}]`;
  if (!isNegated) throw new UntranslatableError();
  return anyChar(never);
};

/** RE2's bound on counted repetition, of nested ones together. Source: Go, regexp/syntax, maxRepeat. */
const maxRepeats = 1000;

/** A text that is meant as it stands, for RE2. */
export const escapeRe2Text = (text: string, ignoreCase: boolean): string =>
  [...text].map((char) => re2AnyCase(char, ignoreCase)).join('');

/**
 * A JavaScript pattern (without flags, or with i) for RE2, that matches in a line as it was written what the pattern matches in the
 * line as it is judged here: without controls, so that a carriage return at its end is none. undefined when RE2 has no words
 * for it: lookaround, backreferences. `never`: characters (as in a class) that '.' and classes that say what they are not do
 * not take; empty: they take everything. RE2's own flag i takes more letters for the same (k and the sign of Kelvin). Characters beyond U+FFFF are one to RE2, and two to JavaScript without the flag u.
 */
export const translateToRe2 = (source: string, never: string, ignoreCase: boolean): string | undefined => {
  try {
    return source.isWellFormed() ? translatePattern(source, { never, ignoreCase }) : undefined;
  } catch (error) {
    if (error instanceof UntranslatableError) return undefined;
    throw error;
  }
};

/** A piece of a pattern: in RE2's words, how long it was, and how often it repeats what is in front of it. */
interface PatternPiece {
  readonly re2: string;
  readonly length: number;
  /** True: what stands in front of a quantifier means something else to JavaScript, or nothing to RE2. */
  readonly isUnrepeatable?: true;
  readonly repeats?: number;
}

/** How a pattern is said. */
interface TranslateOptions {
  readonly never: string;
  readonly ignoreCase: boolean;
}

const translatePattern = (source: string, manner: TranslateOptions): string => {
  let out = '';
  let repeats = 1;
  let last: PatternPiece | undefined;
  for (let at = 0; at < source.length; at += last.length) {
    const piece = parseQuantifier(source, at) ?? parsePiece(source, at, manner);
    repeats *= piece.repeats ?? 1;
    if (repeats > maxRepeats || (piece.repeats !== undefined && last?.isUnrepeatable === true))
      throw new UntranslatableError();
    out += piece.re2;
    last = piece;
  }
  return out;
};

const parseQuantifier = (source: string, at: number): PatternPiece | undefined => {
  const [whole, least, most] = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/.exec(source.slice(at)) ?? [];
  if (whole === undefined) return undefined;
  return { re2: whole, length: whole.length, repeats: Math.max(1, Number(least ?? 1), Number(most ?? 1)) };
};

const parsePiece = (source: string, at: number, manner: TranslateOptions): PatternPiece => {
  const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
  switch (char) {
    case '\\':
      return parseEscape(source, at, manner);
    case '[': {
      const { text, end } = parseClass(source, at, manner);
      return { re2: text, length: end - at };
    }
    case '(':
      return parseGroup(source, at);
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

const parseEscape = (source: string, at: number, manner: TranslateOptions): PatternPiece => {
  const letter = source[at + 1] ?? '';
  if (isShorthand(letter)) return { re2: shorthandClass(letter, manner.never), length: 2 };
  if (letter === 'b' || letter === 'B') return { re2: `\\${letter}`, length: 2, isUnrepeatable: true };
  const { length, char } = parseCharEscape(source.slice(at));
  return charPiece(char, length, manner);
};

/** Groups capture nothing: nobody asks what they took. */
const parseGroup = (source: string, at: number): PatternPiece => {
  const [whole] = /^\((?:\?:|\?<[^=!>][^>]*>|(?!\?))/.exec(source.slice(at)) ?? [];
  if (whole === undefined) throw new UntranslatableError();
  return { re2: '(?:', length: whole.length };
};
