import type { Range } from './char-ranges.ts';

/** A class that has a name (`\s`), as it stands within a class of RE2. */
export interface NamedClass {
  readonly re2: string;
  /** Whether it holds all ends of lines (\n, \r, U+2028, U+2029); undefined: some of them, or it is not known. */
  readonly hasLineEnds?: boolean;
  /** True: it holds each letter in every case, or in none. */
  readonly isCaseless?: true;
}

/** White space and line ends of all of Unicode, as in JavaScript, where RE2 means those of ASCII. */
const space =
  '\\t\\n\\x{b}\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const noSpace =
  '\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}' +
  '\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';

const named: Readonly<Record<string, NamedClass>> = {
  s: { re2: space, hasLineEnds: true, isCaseless: true },
  S: { re2: noSpace, hasLineEnds: false, isCaseless: true },
  d: { re2: '\\d', hasLineEnds: false, isCaseless: true },
  D: { re2: '\\D', hasLineEnds: true, isCaseless: true },
  w: { re2: '\\w', hasLineEnds: false },
  W: { re2: '\\W', hasLineEnds: true },
};

/** `.`: RE2 lets it match all but a line feed. */
export const anyCharacter = (dotAll: boolean): string => (dotAll ? '(?s:.)' : '[^\\n\\r\\x{2028}\\x{2029}]');

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 };

/** One member of a class, or an atom: a character or a class that has a name, and its length in the source. */
export type Atom = { readonly length: number } & ({ readonly range: Range } | { readonly named: NamedClass });

export const characterAtom = (code: number, length: number): Atom => ({ range: [code, code], length });

const byNumber = /^(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|u\{([\dA-Fa-f]{1,6})\}|c([A-Za-z]))/;

const numbered = (rest: string, unicode: boolean): Atom | undefined => {
  const [whole = '', two, four, any, control] = byNumber.exec(rest) ?? [];
  if (whole === '' || (any !== undefined && !unicode)) return undefined;
  const code =
    control === undefined ? Number.parseInt(two ?? four ?? any ?? '', 16) : control.charCodeAt(0) % 32;
  // With the flag u two of them may be one character.
  return unicode && code >= 0xd800 && code <= 0xdfff ? undefined : characterAtom(code, whole.length);
};

const property = (rest: string, ignoreCase: boolean): Atom | undefined => {
  const found = /^[pP]\{[\w=]+\}/.exec(rest)?.[0];
  // Which case is meant by what it is not, the engines do not agree on.
  if (found === undefined || (ignoreCase && found.startsWith('P'))) return undefined;
  return {
    named: { re2: `\\${found.replace(/\{(?:gc|sc|Script|General_Category)=/, '{')}` },
    length: found.length,
  };
};

/** An escape of one character or a class, without its backslash. Undefined: none of these. */
export const escapedAtom = (
  rest: string,
  inClass: boolean,
  { unicode, ignoreCase }: { readonly unicode: boolean; readonly ignoreCase: boolean },
): Atom | undefined => {
  const letter = rest[0] ?? '';
  const byName = named[letter];
  if (byName !== undefined) return { named: byName, length: 1 };
  if (letter === 'b' && inClass) return characterAtom(8, 1);
  const control = controls[letter];
  if (control !== undefined) return /^0\d/.test(rest) ? undefined : characterAtom(control, 1);
  const atom = (unicode ? property(rest, ignoreCase) : undefined) ?? numbered(rest, unicode);
  if (atom !== undefined) return atom;
  // Letters and digits that are left mean something else, or themselves only in old expressions.
  return letter === '' || /[\p{L}\p{N}]/u.test(letter) ? undefined : characterAtom(letter.charCodeAt(0), 1);
};
