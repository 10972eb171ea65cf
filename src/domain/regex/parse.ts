import { anyCharacter, escapedAtom, literal } from './atoms.ts';
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

const escapeOf = (reader: Reader, inClass: boolean): string => {
  const found = escapedAtom(rest(reader).slice(1), inClass, reader.flags.includes('u'));
  if (found === undefined) throw new NotUnderstood();
  reader.at += 1 + found.length;
  return found.re2;
};

const readClass = (reader: Reader): RegexTree => {
  const not = take(reader, /^\[\^?/)?.[0] === '[^';
  let body = '';
  for (;;) {
    const [character = ''] = rest(reader);
    if (character === '') throw new NotUnderstood();
    if (character === ']') break;
    if (character === '\\') body += escapeOf(reader, true);
    else {
      body += character === '-' ? dash(reader, body) : literal(character);
      reader.at += character.length;
    }
  }
  reader.at++;
  // JavaScript's `[]` matches nothing and `[^]` everything.
  if (body === '') return { is: 'one', re2: not ? '(?s:.)' : '[^\\x{0}-\\x{10ffff}]' };
  return { is: 'one', re2: `[${not ? '^' : ''}${body}]` };
};

/** A range's dash, or itself at the edges and beside a class. */
const dash = (reader: Reader, body: string): string => {
  const next = reader.source.slice(reader.at + 1, reader.at + 3);
  return body === '' || next.startsWith(']') ? literal('-') : dashBetween(reader, next);
};

const dashBetween = ({ source, at }: Reader, next: string): string => {
  const before = source.slice(at - 2, at);
  if (/^\\[dDwWsS]$/.test(before) || /^\\[dDwWsSpP]$/.test(next)) return literal('-');
  // Beside a property or behind another range it is read in more than one way.
  if (before.endsWith('}')) throw new NotUnderstood();
  return '-';
};

/** Flags within `(?i-s:`. */
const flagsWithin = (flags: string, on: string, off: string): string =>
  [...new Set(flags + on)].filter((flag) => !off.includes(flag)).join('');

const readGroup = (reader: Reader): RegexTree => {
  if (++reader.depth > deepest) throw new NotUnderstood();
  const [opening = '', on = '', off = ''] =
    take(reader, /^\((?:\?(?:<?[=!]|<[A-Za-z_$][\w$]*>|([ims]*)(?:-([ims]*))?:))?/) ?? [];
  if (opening === '(' && rest(reader).startsWith('?')) throw new NotUnderstood();
  const { flags } = reader;
  reader.flags = flagsWithin(flags, on, off);
  const of = readChoice(reader);
  if (take(reader, /^\)/) === undefined) throw new NotUnderstood();
  reader.flags = flags;
  reader.depth--;
  if (/[=!]$/.test(opening)) return { is: 'look', of };
  return { is: 'group', re2: groupOpening(opening, on, off), of };
};

/** Which lines and dots are meant is in the parts already. */
const groupOpening = (opening: string, on: string, off: string): string => {
  if (!opening.endsWith(':')) return '(';
  return on.includes('i') ? '(?i:' : off.includes('i') ? '(?-i:' : '(?:';
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
  if (character === '\\') return { is: 'one', re2: escapeOf(reader, false) };
  if (/[*+?]/.test(character)) throw new NotUnderstood();
  reader.at += character.length;
  return {
    is: 'one',
    re2: character === '.' ? anyCharacter(reader.flags.includes('s')) : literal(character),
  };
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

/** Whether it holds what no engine matches without backtracking. */
export const hasLookOrReference = (tree: RegexTree): boolean => {
  if (tree.is === 'look' || tree.is === 'reference') return true;
  if ('parts' in tree) return tree.parts.some(hasLookOrReference);
  return 'of' in tree && hasLookOrReference(tree.of);
};
