/** What `\s` stands for in JavaScript: white space and line ends of all of Unicode, where RE2 means those of ASCII. */
const space =
  '\\t\\n\\x{b}\\f\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}';
const noSpace =
  '\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}' +
  '\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}';

/** One character, whatever it means elsewhere. */
export const literal = (character: string): string =>
  /^[A-Za-z0-9_ ]$/.test(character) ? character : `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`;

/** `.`: RE2 lets it match all but a line feed. */
export const anyCharacter = (dotAll: boolean): string => (dotAll ? '(?s:.)' : '[^\\n\\r\\x{2028}\\x{2029}]');

const controls: Readonly<Record<string, string>> = {
  t: '\\t',
  n: '\\n',
  v: '\\x{b}',
  f: '\\f',
  r: '\\r',
  0: '\\x{0}',
};

const byNumber = /^(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|u\{([\dA-Fa-f]{1,6})\}|c([A-Za-z]))/;

const numbered = (rest: string, unicode: boolean): { re2: string; length: number } | undefined => {
  const [whole = '', two, four, any, control] = byNumber.exec(rest) ?? [];
  if (whole === '' || (any !== undefined && !unicode)) return undefined;
  const code = control === undefined ? (two ?? four ?? any ?? '') : (control.charCodeAt(0) % 32).toString(16);
  // Halves of a pair of surrogates are no characters for RE2.
  return /^d[89a-f]..$/i.test(code) ? undefined : { re2: `\\x{${code}}`, length: whole.length };
};

/** An escape of one character or a class, without its backslash. Undefined: none of these. */
export const escapedAtom = (
  rest: string,
  inClass: boolean,
  unicode: boolean,
): { readonly re2: string; readonly length: number } | undefined => {
  const letter = rest[0] ?? '';
  if (letter === 's') return { re2: inClass ? space : `[${space}]`, length: 1 };
  if (letter === 'S') return { re2: inClass ? noSpace : `[${noSpace}]`, length: 1 };
  if (/[dDwW]/.test(letter)) return { re2: `\\${letter}`, length: 1 };
  if (letter === 'b' && inClass) return { re2: '\\x{8}', length: 1 };
  const control = controls[letter];
  if (control !== undefined) return /^0\d/.test(rest) ? undefined : { re2: control, length: 1 };
  const property = unicode ? /^[pP]\{[\w=]+\}/.exec(rest)?.[0] : undefined;
  if (property !== undefined)
    return {
      re2: `\\${property.replace(/\{(?:gc|sc|Script|General_Category)=/, '{')}`,
      length: property.length,
    };
  const number = numbered(rest, unicode);
  if (number !== undefined) return number;
  // Letters and digits that are left mean something else, or themselves only in old expressions.
  return letter === '' || /[\p{L}\p{N}]/u.test(letter)
    ? undefined
    : { re2: literal(letter), length: letter.length };
};
