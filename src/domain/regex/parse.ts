import { type Atom, anyCharacter, characterAtom, escapedAtom } from './atoms.ts';
import { oneOf, type Reading } from './char-class.ts';
import type { RegexTree } from './tree.ts';

/** Groups within groups beyond which an expression is not taken apart. */
const deepest = 100;

/** Thrown for what is not understood; it stays inside. */
class NotUnderstood extends Error {}

interface Reader {
  readonly source: string;
  flags: string;
  at: number;
  depth: number;
}

const rest = ({ source, at }: Reader): string => source.slice(at, at + 64);

/** Takes what stands next when the expression (anchored) matches it. */
const take = (reader: Reader, form: RegExp): RegExpExecArray | undefined => {
  const found = form.exec(rest(reader)) ?? undefined;
  reader.at += found?.[0].length ?? 0;
  return found;
};

const readingOf = ({ flags }: Reader): Reading => ({
  unicode: flags.includes('u'),
  ignoreCase: flags.includes('i'),
});

/** One character, or an escape of one or of a class that has a name. */
const readMember = (reader: Reader, inClass: boolean): Atom => {
  const reading = readingOf(reader);
  const next = rest(reader);
  const code = (reading.unicode ? next.codePointAt(0) : next.charCodeAt(0)) ?? 0;
  const isEscape = next.startsWith('\\');
  const atom = isEscape
    ? escapedAtom(next.slice(1), inClass, reading)
    : characterAtom(code, code > 0xffff ? 2 : 1);
  if (atom === undefined || next === '') throw new NotUnderstood();
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
    // Beside a class the dash stands for itself.
    if ('range' in from && 'range' in to) members.push({ range: [from.range[0], to.range[1]] });
    else members.push(from, dash, to);
  }
  return oneOf(members, not, readingOf(reader));
};

const dash = characterAtom(0x2d, 1);

/** Flags within `(?i-s:`. */
const flagsWithin = (flags: string, on: string, off: string): string =>
  [...new Set(flags + on)].filter((flag) => !off.includes(flag)).join('');

const readGroup = (reader: Reader): RegexTree => {
  if (++reader.depth > deepest) throw new NotUnderstood();
  const [opening = '', on = '', off = ''] =
    take(reader, /^\((?:\?(?:<?[=!]|<[A-Za-z_$][\w$]*>|([ims]*)(?:-([ims]*))?:))?/) ?? [];
  if (opening === '(' && rest(reader).startsWith('?')) throw new NotUnderstood();
  const { flags } = reader;
  // With the flag u, case is left to RE2, and a text is read in one way as a whole.
  if (flags.includes('u') && /i/.test(on + off)) throw new NotUnderstood();
  reader.flags = flagsWithin(flags, on, off);
  const of = readChoice(reader);
  if (take(reader, /^\)/) === undefined) throw new NotUnderstood();
  reader.flags = flags;
  reader.depth--;
  if (/[=!]$/.test(opening)) return { is: 'look', of };
  // Which case, lines and dots are meant is in the parts already.
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
  const [character = ''] = rest(reader);
  if (character === '(') return readGroup(reader);
  if (character === '[') return readClass(reader);
  if (take(reader, /^\\(?:[1-9]\d*|k<\w+>)/) !== undefined) return { is: 'reference' };
  if (/[*+?]/.test(character)) throw new NotUnderstood();
  if (take(reader, /^\./) !== undefined) return { is: 'one', re2: anyCharacter(reader.flags.includes('s')) };
  return oneOf([readMember(reader, false)], false, readingOf(reader));
};

const readRepeat = (reader: Reader): RegexTree => {
  const of = readAtom(reader);
  const found = take(reader, /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})(\?)?/);
  if (found === undefined) return of;
  const [, sign, from, comma, to, lazy] = found;
  const least = sign === undefined ? Number(from) : sign === '+' ? 1 : 0;
  const bound = comma === undefined ? least : to === '' ? Number.POSITIVE_INFINITY : Number(to);
  const most = sign === undefined ? bound : sign === '?' ? 1 : Number.POSITIVE_INFINITY;
  return { is: 'repeat', of, least, most, lazy: lazy !== undefined };
};

const readSequence = (reader: Reader): RegexTree => {
  const parts: RegexTree[] = [];
  while (reader.at < reader.source.length && !/^[|)]/.test(rest(reader))) parts.push(readRepeat(reader));
  return { is: 'sequence', parts };
};

const readChoice = (reader: Reader): RegexTree => {
  const parts = [readSequence(reader)];
  while (take(reader, /^\|/) !== undefined) parts.push(readSequence(reader));
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : { is: 'choice', parts };
};

/** Takes a valid JavaScript expression apart; undefined where it holds something that is not understood for certain. */
export const parseRegex = (source: string, flags: string): RegexTree | undefined => {
  const reader: Reader = { source, flags, at: 0, depth: 0 };
  try {
    const tree = readChoice(reader);
    return reader.at === source.length ? tree : undefined;
  } catch (error) {
    if (error instanceof NotUnderstood) return undefined;
    throw error;
  }
};

/** Whether a part of it, or all of it, is like this. */
const hasPart = (tree: RegexTree, isWanted: (part: RegexTree) => boolean): boolean => {
  if (isWanted(tree)) return true;
  if ('parts' in tree) return tree.parts.some((part) => hasPart(part, isWanted));
  return 'of' in tree && hasPart(tree.of, isWanted);
};

/** Whether it holds what no engine matches without backtracking. */
export const hasLookOrReference = (tree: RegexTree): boolean =>
  hasPart(tree, ({ is }) => is === 'look' || is === 'reference');

/** Whether a group of it switches the flag i on or off. */
export const hasCaseGroup = (tree: RegexTree): boolean =>
  hasPart(tree, (part) => part.is === 'group' && part.changesCase === true);

/** Whether `^` or `$` stand for the beginnings and ends of lines. */
export const hasLines = (tree: RegexTree): boolean =>
  hasPart(tree, (part) => part.is === 'place' && part.re2.startsWith('(?m:'));

/** Whether it tells one end of a line from another. */
export const splitsLineEnds = (tree: RegexTree): boolean =>
  hasPart(tree, (part) => part.is === 'one' && part.splitsLineEnds === true);
