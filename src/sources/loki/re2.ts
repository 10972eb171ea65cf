import { stripControls } from '../../domain/controls.ts';
import { type Range, withCaseVariants } from '../../domain/regex/char-ranges.ts';

/** RE2 has no words for it, or might mean something else by them. */
class Unsayable extends Error {}

/** No line that is judged here has it: it is stripped, or begins a new line. */
const isNeverSeen = (char: string): boolean => char === '\n' || stripControls(char) === '';

/** One character that is meant as it stands. */
const literal = (char: string): string => {
  const code = char.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `\\x${code.toString(16).padStart(2, '0')}`;
  return /[\\^$.*+?()[\]{}|]/.test(char) ? `\\${char}` : char;
};

/** One character, and with `ignoreCase` those that JavaScript's flag i takes for it. */
const anyCase = (char: string, ignoreCase: boolean): string => {
  const code = char.charCodeAt(0);
  // JavaScript reads what is longer in halves, which have no case.
  const variants = ignoreCase && char.length === 1 ? withCaseVariants([[code, code]]) : [];
  if (variants.length < 2) return literal(char);
  return `[${variants.map(([variant]) => String.fromCharCode(variant)).join('')}]`;
};

const named: Readonly<Record<string, string>> = { t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

/** What a backslash and what follows it mean where they mean a character, and how long they are. Throws Unsayable. */
const charOfEscape = (rest: string): { readonly length: number; readonly char: string } => {
  const [whole, byte, unit, control] =
    /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|c([a-zA-Z]))/.exec(rest) ?? [];
  if (whole !== undefined) {
    const code = control === undefined ? Number.parseInt(byte ?? unit ?? '', 16) : control.charCodeAt(0) % 32;
    const char = String.fromCharCode(code);
    if (!char.isWellFormed()) throw new Unsayable();
    return { length: whole.length, char };
  }
  const letter = rest[1] ?? '';
  if (letter === '0' && !/\d/.test(rest[2] ?? '')) return { length: 2, char: '\0' };
  // Backreferences, old octals, and what only means itself in a pattern without the flag u.
  if (letter === '' || /[0-9kpPuxc]/.test(letter)) throw new Unsayable();
  return { length: 2, char: named[letter] ?? letter };
};

/** What JavaScript's \s takes, without the breaks and controls that no line has when it is judged. Source: ECMA-262, WhiteSpace. */
const spaces = '\\t \\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';
const inside: Readonly<Record<string, string>> = { d: '0-9', w: '0-9A-Za-z_', s: spaces };

/** The letters of \d, \w, \s and their opposites. */
const isShorthand = (letter: string | undefined): boolean => /^[dDwWsS]$/.test(letter ?? '');

/** `never`: what no class takes that says what it is not, as it stands in a class; empty: they take everything. */
const anything = (never: string): string => (never === '' ? '(?s:.)' : `[^${never}]`);

/** \d, \w, \s and their opposites outside of a class. */
const shorthand = (letter: string, never: string): string =>
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
const classAt = (
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

/** RE2's bound on counted repetition, of nested ones together. Source: Go, regexp/syntax, maxRepeat. */
const mostRepeats = 1000;

/** A text that is meant as it stands, for RE2. */
export const re2Text = (text: string, ignoreCase: boolean): string =>
  [...text].map((char) => anyCase(char, ignoreCase)).join('');

/**
 * A JavaScript pattern (without flags, or with i) for RE2, that matches in a line as it was written what the pattern matches in the
 * line as it is judged here: without controls, so that a carriage return at its end is none. undefined when RE2 has no words
 * for it: lookaround, backreferences. `never`: characters (as in a class) that '.' and classes that say what they are not do
 * not take; empty: they take everything. RE2's own flag i takes more letters for the same (k and the sign of Kelvin). Characters beyond U+FFFF are one to RE2, and two to JavaScript without the flag u.
 */
export const re2Of = (source: string, never: string, ignoreCase: boolean): string | undefined => {
  try {
    return source.isWellFormed() ? translate(source, { never, ignoreCase }) : undefined;
  } catch (error) {
    if (error instanceof Unsayable) return undefined;
    throw error;
  }
};

/** A piece of a pattern: in RE2's words, how long it was, and how often it repeats what is in front of it. */
interface Piece {
  readonly re2: string;
  readonly length: number;
  /** True: what stands in front of a quantifier means something else to JavaScript, or nothing to RE2. */
  readonly isUnrepeatable?: true;
  readonly repeats?: number;
}

/** How a pattern is said. */
interface Manner {
  readonly never: string;
  readonly ignoreCase: boolean;
}

const translate = (source: string, manner: Manner): string => {
  let out = '';
  let repeats = 1;
  let last: Piece | undefined;
  for (let at = 0; at < source.length; at += last.length) {
    const piece = quantifierAt(source, at) ?? pieceAt(source, at, manner);
    repeats *= piece.repeats ?? 1;
    if (repeats > mostRepeats || (piece.repeats !== undefined && last?.isUnrepeatable === true))
      throw new Unsayable();
    out += piece.re2;
    last = piece;
  }
  return out;
};

const quantifierAt = (source: string, at: number): Piece | undefined => {
  const [whole, least, most] = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})\??/.exec(source.slice(at)) ?? [];
  if (whole === undefined) return undefined;
  return { re2: whole, length: whole.length, repeats: Math.max(1, Number(least ?? 1), Number(most ?? 1)) };
};

const pieceAt = (source: string, at: number, manner: Manner): Piece => {
  const char = String.fromCodePoint(source.codePointAt(at) ?? 0);
  switch (char) {
    case '\\':
      return escapeAt(source, at, manner);
    case '[': {
      const { text, end } = classAt(source, at, manner);
      return { re2: text, length: end - at };
    }
    case '(':
      return groupAt(source, at);
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

const charPiece = (char: string, length: number, { ignoreCase }: Manner): Piece => {
  if (isNeverSeen(char)) throw new Unsayable();
  return { re2: anyCase(char, ignoreCase), length, ...(char.length > 1 ? { isUnrepeatable: true } : {}) };
};

const escapeAt = (source: string, at: number, manner: Manner): Piece => {
  const letter = source[at + 1] ?? '';
  if (isShorthand(letter)) return { re2: shorthand(letter, manner.never), length: 2 };
  if (letter === 'b' || letter === 'B') return { re2: `\\${letter}`, length: 2, isUnrepeatable: true };
  const { length, char } = charOfEscape(source.slice(at));
  return charPiece(char, length, manner);
};

/** Groups capture nothing: nobody asks what they took. */
const groupAt = (source: string, at: number): Piece => {
  const [whole] = /^\((?:\?:|\?<[^=!>][^>]*>|(?!\?))/.exec(source.slice(at)) ?? [];
  if (whole === undefined) throw new Unsayable();
  return { re2: '(?:', length: whole.length };
};
