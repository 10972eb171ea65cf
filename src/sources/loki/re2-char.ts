import { stripControls } from '../../domain/controls.ts';
import { withCaseVariants } from '../../domain/regex/char-ranges.ts';

/** RE2 has no words for it, or might mean something else by them. */
export class Unsayable extends Error {}

/** No line that is judged here has it: it is stripped, or begins a new line. */
export const isNeverSeen = (char: string): boolean => char === '\n' || stripControls(char) === '';

/** One character that is meant as it stands. */
export const literal = (char: string): string => {
  const code = char.charCodeAt(0);
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return `\\x${code.toString(16).padStart(2, '0')}`;
  return /[\\^$.*+?()[\]{}|]/.test(char) ? `\\${char}` : char;
};

/** One character, and with `ignoreCase` those that JavaScript's flag i takes for it. */
export const anyCase = (char: string, ignoreCase: boolean): string => {
  const code = char.charCodeAt(0);
  // JavaScript reads what is longer in halves, which have no case.
  const variants = ignoreCase && char.length === 1 ? withCaseVariants([[code, code]]) : [];
  if (variants.length < 2) return literal(char);
  return `[${variants.map(([variant]) => String.fromCharCode(variant)).join('')}]`;
};

const named: Readonly<Record<string, string>> = { t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' };

/** What a backslash and what follows it mean where they mean a character, and how long they are. Throws Unsayable. */
export const charOfEscape = (rest: string): { readonly length: number; readonly char: string } => {
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
