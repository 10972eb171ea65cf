import { defined } from '../base/defined.ts';
import { type Range, rangesWithHalves, withCaseVariants } from './char-ranges.ts';
import type { RegexTree } from './tree.ts';

/** A named class (`\s`), in the syntax of an RE2 class. */
interface NamedClass {
  readonly re2: string;
  /** True: it contains all line ends (\n, \r, U+2028, U+2029). False: none. Undefined: some, or unknown. */
  readonly hasLineEnds?: boolean;
  /** True: it contains each letter in every case, or in none. */
  readonly isCaseless?: true;
}

/** White space and line ends of all of Unicode, as in JavaScript; RE2's own classes are ASCII. */
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

/** Returns `.` for RE2, whose own `.` excludes only \n. */
const anyCharacter = (dotAll: boolean): string => (dotAll ? '(?s:.)' : '[^\\n\\r\\x{2028}\\x{2029}]');

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, 0: 0 };

/** A member of a class, or an atom: a character or a named class, with its length in the source. */
type Atom = { readonly length: number } & ({ readonly range: Range } | { readonly named: NamedClass });

const characterAtom = (code: number, length: number): Atom => ({ range: [code, code], length });

const byNumber = /^(?:x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|u\{([\dA-Fa-f]{1,6})\}|c([A-Za-z]))/;

const numbered = (rest: string, unicode: boolean): Atom | undefined => {
  const [whole = '', two, four, any, control] = byNumber.exec(rest) ?? [];
  if (whole === '' || (any !== undefined && !unicode)) return undefined;
  const code =
    control === undefined ? Number.parseInt(two ?? four ?? any ?? '', 16) : control.charCodeAt(0) % 32;
  // With the flag u, two surrogates may form one character.
  return unicode && code >= 0xd800 && code <= 0xdfff ? undefined : characterAtom(code, whole.length);
};

const property = (rest: string, ignoreCase: boolean): Atom | undefined => {
  const propertyEscape = /^[pP]\{[\w=]+\}/.exec(rest)?.[0];
  // The engines disagree about case in negated properties.
  if (propertyEscape === undefined || (ignoreCase && propertyEscape.startsWith('P'))) return undefined;
  return {
    named: { re2: `\\${propertyEscape.replace(/\{(?:gc|sc|Script|General_Category)=/, '{')}` },
    length: propertyEscape.length,
  };
};

/** Parses an escape of a character or a class, without its backslash. Undefined: unknown escape. */
const escapedAtom = (
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
  // Other letters and digits have another meaning, or are literal only in legacy syntax.
  return letter === '' || /[\p{L}\p{N}]/u.test(letter) ? undefined : characterAtom(letter.charCodeAt(0), 1);
};

/** Flags that change how an expression is parsed. */
interface RegexFlags {
  /** Flag u: characters instead of surrogates; and the flag i uses Unicode case folding, as RE2 does. */
  readonly unicode: boolean;
  readonly ignoreCase: boolean;
}

const lineEnds = [0x0a, 0x0d, 0x2028, 0x2029] as const;

const escaped = (code: number): string => {
  const character = String.fromCodePoint(code);
  return /^[A-Za-z0-9_ ]$/.test(character) ? character : `\\x{${code.toString(16)}}`;
};

/** Returns whether it contains some but not all line ends. */
const splits = (ranges: readonly Range[], names: readonly NamedClass[]): boolean => {
  if (names.some(({ hasLineEnds }) => hasLineEnds === true)) return false;
  const contained = lineEnds.filter((end) => ranges.some(([from, to]) => end >= from && end <= to));
  return (
    names.some(({ hasLineEnds }) => hasLineEnds === undefined) ||
    (contained.length > 0 && contained.length < lineEnds.length)
  );
};

/** Returns the single character of a class, if it is printable ASCII. With the flags i and u, letters have variants elsewhere. */
const literalOf = (
  written: readonly Range[],
  names: readonly NamedClass[],
  not: boolean,
  { unicode, ignoreCase }: RegexFlags,
): string | undefined => {
  const [only, second] = written;
  if (only === undefined || second !== undefined || names.length > 0 || not || only[0] !== only[1])
    return undefined;
  const isPrintable = only[0] >= 0x20 && only[0] < 0x7f;
  return isPrintable && !(unicode && ignoreCase) ? String.fromCharCode(only[0]) : undefined;
};

/** Builds the node for one of these characters; with `not`: any other. */
const oneOf = (
  members: readonly Omit<Atom, 'length'>[],
  not: boolean,
  { unicode, ignoreCase }: RegexFlags,
): RegexTree => {
  const written = members.flatMap((member) => ('range' in member ? [member.range as Range] : []));
  const names = members.flatMap((member) => ('named' in member ? [member.named as NamedClass] : []));
  // In JavaScript `[]` matches nothing and `[^]` everything.
  if (members.length === 0) return { is: 'one', re2: not ? '(?s:.)' : '[^\\x{0}-\\x{10ffff}]' };
  const cased = ignoreCase && !unicode ? withCaseVariants(written) : written;
  const ranges = unicode ? cased : rangesWithHalves(cased);
  const [first] = ranges;
  const re2 =
    !not && names.length === 0 && ranges.length === 1 && first !== undefined && first[0] === first[1]
      ? escaped(first[0])
      : `[${not ? '^' : ''}${[
          ...ranges.map(([from, to]) => (from === to ? escaped(from) : `${escaped(from)}-${escaped(to)}`)),
          ...names.map((name) => name.re2),
        ].join('')}]`;
  // RE2 would fold a class that already has every case, letter by letter: some 20 ms.
  const isCaseless = unicode && ignoreCase && ranges.length === 0 && names.every((name) => name.isCaseless);
  const literal = literalOf(written, names, not, { unicode, ignoreCase });
  return {
    is: 'one',
    ...defined({ literal }),
    re2: isCaseless ? `(?-i:${re2})` : re2,
    ...(splits(written, names) ? { splitsLineEnds: true } : {}),
  };
};

/** Maximum nesting of groups. */
const deepest = 100;

/** Thrown inside the parser for unsupported syntax. */
class Unsupported extends Error {}

interface Reader {
  readonly source: string;
  flags: string;
  at: number;
  depth: number;
}

const lookahead = ({ source, at }: Reader): string => source.slice(at, at + 64);

/** Consumes the text that the anchored expression matches. */
const take = (reader: Reader, form: RegExp): RegExpExecArray | undefined => {
  const match = form.exec(lookahead(reader)) ?? undefined;
  reader.at += match?.[0].length ?? 0;
  return match;
};

const flagsOf = ({ flags }: Reader): RegexFlags => ({
  unicode: flags.includes('u'),
  ignoreCase: flags.includes('i'),
});

/** Reads one character, or an escape of a character or a named class. */
const readMember = (reader: Reader, inClass: boolean): Atom => {
  const reading = flagsOf(reader);
  const next = lookahead(reader);
  const code = (reading.unicode ? next.codePointAt(0) : next.charCodeAt(0)) ?? 0;
  const isEscape = next.startsWith('\\');
  const atom = isEscape
    ? escapedAtom(next.slice(1), inClass, reading)
    : characterAtom(code, code > 0xffff ? 2 : 1);
  if (atom === undefined || next === '') throw new Unsupported();
  reader.at += atom.length + (isEscape ? 1 : 0);
  return atom;
};

const readClass = (reader: Reader): RegexTree => {
  const not = take(reader, /^\[\^?/)?.[0] === '[^';
  const members: Omit<Atom, 'length'>[] = [];
  while (take(reader, /^\]/) === undefined) {
    const from = readMember(reader, true);
    if (take(reader, /^-(?!\])/) === undefined) {
      members.push(from);
      continue;
    }
    const to = readMember(reader, true);
    // Next to a class the dash is a literal.
    if ('range' in from && 'range' in to) members.push({ range: [from.range[0], to.range[1]] });
    else members.push(from, dash, to);
  }
  return oneOf(members, not, flagsOf(reader));
};

const dash = characterAtom(0x2d, 1);

/** Returns the flags inside `(?i-s:`. */
const flagsWithin = (flags: string, on: string, off: string): string =>
  [...new Set(flags + on)].filter((flag) => !off.includes(flag)).join('');

const readGroup = (reader: Reader): RegexTree => {
  if (++reader.depth > deepest) throw new Unsupported();
  const [opening = '', on = '', off = ''] =
    take(reader, /^\((?:\?(?:<?[=!]|<[A-Za-z_$][\w$]*>|([ims]*)(?:-([ims]*))?:))?/) ?? [];
  if (opening === '(' && lookahead(reader).startsWith('?')) throw new Unsupported();
  const { flags } = reader;
  // With the flag u, RE2 handles case, and the text is converted once as a whole.
  if (flags.includes('u') && /i/.test(on + off)) throw new Unsupported();
  reader.flags = flagsWithin(flags, on, off);
  const of = readChoice(reader);
  if (take(reader, /^\)/) === undefined) throw new Unsupported();
  reader.flags = flags;
  reader.depth--;
  if (/[=!]$/.test(opening)) return { is: 'look', of };
  // The parts already include case, line and dot modes.
  return {
    is: 'group',
    re2: opening.endsWith(':') ? '(?:' : '(',
    of,
    ...(/i/.test(on + off) ? { changesCase: true } : {}),
  };
};

const readPlace = (reader: Reader): RegexTree | undefined => {
  const [place] = take(reader, /^(?:\^|\$|\\[bB])/) ?? [];
  if (place === undefined) return undefined;
  const isLine = reader.flags.includes('m') && /[$^]/.test(place);
  if (isLine) return { is: 'place', re2: `(?m:${place})` };
  return { is: 'place', re2: place === '$' ? '\\z' : place === '^' ? '\\A' : place };
};

const readAtom = (reader: Reader): RegexTree => {
  const place = readPlace(reader);
  if (place !== undefined) return place;
  const [character = ''] = lookahead(reader);
  if (character === '(') return readGroup(reader);
  if (character === '[') return readClass(reader);
  if (take(reader, /^\\(?:[1-9]\d*|k<\w+>)/) !== undefined) return { is: 'reference' };
  if (/[*+?]/.test(character)) throw new Unsupported();
  if (take(reader, /^\./) !== undefined) return { is: 'one', re2: anyCharacter(reader.flags.includes('s')) };
  return oneOf([readMember(reader, false)], false, flagsOf(reader));
};

const readRepeat = (reader: Reader): RegexTree => {
  const of = readAtom(reader);
  const match = take(reader, /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\?)?/);
  if (match === undefined) return of;
  const [, sign, from, comma, to, lazy] = match;
  const least = sign === undefined ? Number(from) : sign === '+' ? 1 : 0;
  const bound = comma === undefined ? least : to === '' ? Number.POSITIVE_INFINITY : Number(to);
  const most = sign === undefined ? bound : sign === '?' ? 1 : Number.POSITIVE_INFINITY;
  return { is: 'repeat', of, least, most, lazy: lazy !== undefined };
};

const readSequence = (reader: Reader): RegexTree => {
  const parts: RegexTree[] = [];
  while (reader.at < reader.source.length && !/^[|)]/.test(lookahead(reader))) parts.push(readRepeat(reader));
  return { is: 'sequence', parts };
};

const readChoice = (reader: Reader): RegexTree => {
  const parts = [readSequence(reader)];
  while (take(reader, /^\|/) !== undefined) parts.push(readSequence(reader));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'choice', parts };
};

/** Parses a valid JavaScript expression; undefined when it contains anything that is not fully supported. */
export const parseRegex = (source: string, flags: string): RegexTree | undefined => {
  const reader: Reader = { source, flags, at: 0, depth: 0 };
  try {
    const tree = readChoice(reader);
    return reader.at === source.length ? tree : undefined;
  } catch (error) {
    if (error instanceof Unsupported) return undefined;
    throw error;
  }
};

/** Returns whether the expression or any part of it meets a condition. */
const hasPart = (tree: RegexTree, isWanted: (part: RegexTree) => boolean): boolean => {
  if (isWanted(tree)) return true;
  if ('parts' in tree) return tree.parts.some((part) => hasPart(part, isWanted));
  return 'of' in tree && hasPart(tree.of, isWanted);
};

/** Returns whether it contains parts that no engine matches without backtracking. */
export const hasLookOrReference = (tree: RegexTree): boolean =>
  hasPart(tree, ({ is }) => is === 'look' || is === 'reference');

/** Returns whether one of its groups switches the flag i on or off. */
export const hasCaseGroup = (tree: RegexTree): boolean =>
  hasPart(tree, (part) => part.is === 'group' && part.changesCase === true);

/** Returns whether its `^` or `$` match at line ends. */
export const hasLines = (tree: RegexTree): boolean =>
  hasPart(tree, (part) => part.is === 'place' && part.re2.startsWith('(?m:'));

/** Returns whether it distinguishes between line ends. */
export const splitsLineEnds = (tree: RegexTree): boolean =>
  hasPart(tree, (part) => part.is === 'one' && part.splitsLineEnds === true);
