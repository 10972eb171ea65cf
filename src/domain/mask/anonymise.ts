import {
  type AnonymousClass,
  anonymousClasses,
  byContext,
  byForm,
  type Piece,
  pieceOf,
  usualClasses,
} from './anonymous-classes.ts';
import { fieldKind, isTelling } from './field-kinds.ts';
import { foldText } from './fold.ts';
import type { Kind } from './found.ts';
import { createKnownNames } from './known-names.ts';
import { ownWords } from './own-words.ts';
import { isSecretValue } from './secrets.ts';
import { unescaped } from './unescaped.ts';
import { isPlaceholder } from './users.ts';

export interface AnonymiseOptions {
  /** Names that are known for certain (those of the profile's words, of streams); a text alone is a 'name'. */
  readonly names?: readonly (string | { readonly text: string; readonly is: Kind })[];
  /** Words that stay whatever they look like: services, what the profile allows. */
  readonly keep?: readonly string[];
  /** Absent: the usual ones. */
  readonly classes?: ReadonlySet<AnonymousClass>;
}

/** How much of a class was left out: how often, and how many different things. */
export interface AnonymousCount {
  readonly is: AnonymousClass;
  readonly pieces: number;
  readonly things: number;
}

/** Leaves out what gives somebody away. One for each export: the same thing has the same pseudonym in all of its lines. */
export interface Anonymiser {
  /** `name`: the field that the text is the value of; it may tell what it is. */
  (text: string, name?: string): string;
  /** What was left out until now. */
  counts(): readonly AnonymousCount[];
}

/** What a pseudonym looks like. In a text that comes in it is somebody's name. */
const aliasForm = new RegExp(`(?<![\\w-])(${anonymousClasses.join('|')})-\\d+(?![\\w-])`, 'dgi');

const isOldAlias = (text: string): boolean => text.search(aliasForm) >= 0;

/** A shorter secret is in too many words to be sought where nothing says that it is one. */
const shortestLearnt = 8;

/** The same thing in other writing. */
const thingOf = (is: AnonymousClass, text: string): string => {
  if (is === 'token') return text;
  return is === 'card' || is === 'iban' ? text.replaceAll(/[ -]/g, '').toUpperCase() : foldText(text);
};

/** Whether a place lies in a string of a line of JSON. */
const isInString = (text: string, to: number): boolean => {
  let inside = false;
  for (let at = 0; at < to; at++)
    if (text[at] === '"') inside = !inside;
    else if (text[at] === '\\' && inside) at++;
  return inside;
};

/** A number in a line of JSON: what stands for it has to be a string. */
const isJsonNumber = (text: string, from: number, to: number): boolean =>
  /^\s*\{/.test(text) &&
  /[:[,]\s*$/.test(text.slice(Math.max(0, from - 8), from)) &&
  /^\s*(?:[,\]}]|$)/.test(text.slice(to, to + 8)) &&
  !isInString(text, from);

/** Of a host's whole name and a name in it that is known, the whole: or its first labels would be left. */
const withoutInner = (pieces: readonly Piece[]): readonly Piece[] => {
  const hosts = pieces.filter(({ is }) => is === 'host');
  return pieces.filter(
    (piece) =>
      piece.is === 'token' ||
      !hosts.some(
        ({ from, to }) => from <= piece.from && piece.to <= to && to - from > piece.to - piece.from,
      ),
  );
};

/** Pieces from left to right: of two that overlap the first of the list counts. */
const apart = (pieces: readonly Piece[], length: number): readonly Piece[] => {
  const taken = new Uint8Array(length);
  const left = pieces.filter(({ from, to }) => {
    if (taken.subarray(from, to).includes(1)) return false;
    taken.fill(1, from, to);
    return true;
  });
  return left.toSorted((a, b) => a.from - b.from);
};

/** Pseudonyms are numbered as things are met. Nothing is kept of an export but in this function. */
export const createAnonymiser = ({
  names = [],
  keep = [],
  classes = usualClasses,
}: AnonymiseOptions = {}): Anonymiser => {
  const kept = new Set([...ownWords, ...keep.map(foldText)]);
  const known = createKnownNames();
  const learnt = createKnownNames();
  const aliases = new Map<string, string>();
  const counts = new Map<AnonymousClass, { pieces: number; things: number }>();
  for (const name of names)
    if (typeof name === 'string') known.add(name, 'name');
    else known.add(name.text, name.is);

  const aliasOf = (is: AnonymousClass, thing: string): string => {
    const count = counts.get(is) ?? { pieces: 0, things: 0 };
    counts.set(is, count);
    count.pieces++;
    const had = aliases.get(thing);
    if (had !== undefined) return had;
    let alias = '';
    do alias = `${is}-${++count.things}`;
    while (kept.has(alias));
    aliases.set(thing, alias);
    if (is === 'token' && thing.length >= shortestLearnt) learnt.add(thing, 'name');
    if (is === 'host') known.add(thing, 'host');
    return alias;
  };

  const piecesOf = (text: string): readonly Piece[] => {
    const pieces = [
      ...byForm.flatMap((find) => find(text)),
      ...learnt.find(text).map(({ from, to }) => ({ from, to, is: 'token' as const })),
      ...known.find(text).map(pieceOf),
      ...byContext.flatMap((find) => find(text)),
      ...[...text.matchAll(aliasForm)].map(({ 0: whole, 1: is = '', index }) => ({
        from: index,
        to: index + whole.length,
        is: is.toLowerCase() as AnonymousClass,
      })),
    ];
    // An object, or a list, is no value.
    const wanted = pieces.filter(
      ({ from, to, is }) =>
        to > from &&
        !/[{[]/.test(text[from] ?? '') &&
        classes.has(is) &&
        (is === 'token' || !kept.has(foldText(text.slice(from, to)))),
    );
    return apart(withoutInner(wanted), text.length);
  };

  /** What a field's name says of its value, where the value itself says nothing. */
  const byName = (text: string, name: string): Kind | 'token' | undefined => {
    if (isSecretValue(name, text)) return 'token';
    const is = fieldKind(name);
    if (is === undefined || is === 'secret' || !/[\p{L}\p{N}]/u.test(text) || isPlaceholder(text))
      return undefined;
    return kept.has(foldText(text)) || isOldAlias(text) ? undefined : is;
  };

  const anonymise = (text: string, name?: string): string => {
    const is = name === undefined ? undefined : byName(text, name);
    if (is === 'token' && classes.has(is)) return aliasOf(is, thingOf(is, text));
    const masked = inText(text);
    if (is === undefined || masked !== text || !classes.has(is)) return masked;
    if (is !== 'token' && isTelling(text)) known.add(text, is);
    return aliasOf(is, thingOf(is, text));
  };

  const inText = (text: string): string => {
    const read = unescaped(text);
    let [result, at] = ['', 0];
    for (const { from, to, is } of piecesOf(read.text)) {
      const [begin, end] = [read.place(from), read.place(to)];
      const alias = aliasOf(is, thingOf(is, read.text.slice(from, to)));
      result += text.slice(at, begin) + (isJsonNumber(text, begin, end) ? `"${alias}"` : alias);
      at = end;
    }
    return result + text.slice(at);
  };

  return Object.assign(anonymise, {
    counts: () =>
      anonymousClasses.flatMap((is) => {
        const count = counts.get(is);
        return count === undefined ? [] : [{ is, ...count }];
      }),
  });
};
