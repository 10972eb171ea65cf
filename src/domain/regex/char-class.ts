import type { Atom, NamedClass } from './atoms.ts';
import { type Range, rangesWithHalves, withCaseVariants } from './char-ranges.ts';
import type { RegexTree } from './tree.ts';

/** How the characters of an expression are read. */
export interface Reading {
  /** Flag u: characters, not halves of surrogate pairs; and the flag i goes by Unicode's case folding, as RE2's does. */
  readonly unicode: boolean;
  readonly ignoreCase: boolean;
}

const lineEnds = [0x0a, 0x0d, 0x2028, 0x2029] as const;

const escaped = (code: number): string => {
  const character = String.fromCodePoint(code);
  return /^[A-Za-z0-9_ ]$/.test(character) ? character : `\\x{${code.toString(16)}}`;
};

/** Whether some ends of lines are in it, and some are not. */
const splits = (ranges: readonly Range[], names: readonly NamedClass[]): boolean => {
  if (names.some(({ hasLineEnds }) => hasLineEnds === true)) return false;
  const held = lineEnds.filter((end) => ranges.some(([from, to]) => end >= from && end <= to));
  return (
    names.some(({ hasLineEnds }) => hasLineEnds === undefined) ||
    (held.length > 0 && held.length < lineEnds.length)
  );
};

/** What matches one of these characters; with `not`: any other one. */
export const oneOf = (
  members: readonly Omit<Atom, 'length'>[],
  not: boolean,
  { unicode, ignoreCase }: Reading,
): RegexTree => {
  const written = members.flatMap((member) => ('range' in member ? [member.range as Range] : []));
  const names = members.flatMap((member) => ('named' in member ? [member.named as NamedClass] : []));
  // JavaScript's `[]` matches nothing and `[^]` everything.
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
  // RE2 would fold a class that has every case already, letter by letter: some 20 ms.
  const isCaseless = unicode && ignoreCase && ranges.length === 0 && names.every((name) => name.isCaseless);
  return {
    is: 'one',
    re2: isCaseless ? `(?-i:${re2})` : re2,
    ...(splits(written, names) ? { splitsLineEnds: true } : {}),
  };
};
