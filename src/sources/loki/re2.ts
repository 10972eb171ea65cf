import { anyCase, charOfEscape, isNeverSeen, Unsayable } from './re2-char.ts';
import { classAt, isShorthand, shorthand } from './re2-class.ts';

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
