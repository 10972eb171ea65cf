import { foldCase, type UnescapedText, unescapeJsonText } from './case-folding.ts';
import { splitAddress } from './mask-words.ts';
import type { Recognizer, SensitiveKind, SensitiveSpan } from './recognizers.ts';
import {
  clusterRecognizer,
  emailRecognizer,
  hostRecognizer,
  ipv4Recognizer,
  ipv6Recognizer,
  isPlaceholderUser,
  urlRecognizer,
  userRecognizer,
} from './recognizers.ts';
import {
  fieldKind,
  isDistinctiveName,
  isSecretValue,
  secretPlaceholder,
  secretRecognizer,
} from './secret-fields.ts';

/** The aliases of one session: the same thing has the same one for as long as it lasts. */
interface Pseudonyms {
  /** 'host-3' for this thing: a new one when it has none. The case and form of letters make no difference. */
  aliasOf(is: SensitiveKind, thing: string): string;
  /** A real thing is called like this: it can be nobody's alias from now on. True when somebody had it. */
  reserve(name: string): boolean;
  /** Whether this thing has an alias. */
  has(thing: string): boolean;
  /** The thing that has this alias, in small letters. */
  thingOf(alias: string): string | undefined;
  /** Every real thing that has an alias, folded (`foldText`). */
  things(): IterableIterator<string>;
}

/** What an alias looks like. `masked` stands behind those of e-mail addresses. */
const aliasForm = /^(?:host|ip|user|cluster|name)-\d+(?:@masked)?$/i;

/** 'cluster-' and a number, and what stands behind that of an e-mail address. */
const longestAlias = 24;

const isPseudonym = (text: string): boolean => text.length <= longestAlias && aliasForm.test(text);

/** Aliases by number, in the order in which things are met. Two things never share one. */
export const createPseudonyms = (): Pseudonyms => {
  const aliases = new Map<string, string>();
  const owners = new Map<string, { readonly is: SensitiveKind; readonly thing: string }>();
  const reserved = new Set<string>();
  const counts = new Map<SensitiveKind, number>();

  const give = (is: SensitiveKind, thing: string): string => {
    const key = foldCase(thing);
    let [number, alias] = [counts.get(is) ?? 0, ''];
    do alias = `${is}-${++number}`;
    while (reserved.has(alias));
    counts.set(is, number);
    aliases.set(key, alias);
    owners.set(alias, { is, thing });
    return alias;
  };

  return {
    aliasOf: (is, thing) => aliases.get(foldCase(thing)) ?? give(is, thing.toLowerCase()),
    reserve: (name) => {
      const alias = name.toLowerCase();
      if (!isPseudonym(alias)) return false;
      reserved.add(alias);
      const owner = owners.get(alias);
      if (owner === undefined) return false;
      owners.delete(alias);
      give(owner.is, owner.thing);
      return true;
    },
    has: (thing) => aliases.has(foldCase(thing)),
    thingOf: (alias) => owners.get(alias.toLowerCase())?.thing,
    things: () => aliases.keys(),
  };
};

/** The values of labels as a name of their row may hold them: without those that their label, or their form, tells to be secrets. */
export const labelValues = (labels: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(labels).map(([name, value]) => redactSecretForms(value, name));

/** What a text is masked with. */
interface MaskParts {
  readonly pseudonyms: Pseudonyms;
  /** Names that are known for certain. */
  readonly known: {
    find(text: string): readonly SensitiveSpan[];
    add(name: string, is: SensitiveKind): void;
  };
  /** Words that stay, whatever they look like: services, sources, what the profile allows. Folded. */
  stays(word: string): boolean;
  /** Pods, containers, instances: no host, although addresses name them like one. Folded. */
  isObject(word: string): boolean;
}

/** Pieces that were taken by nobody before; of two that overlap the first one counts. */
const apart = (lists: readonly (readonly SensitiveSpan[])[]): readonly SensitiveSpan[] => {
  const taken: SensitiveSpan[] = [];
  for (const found of lists.flat())
    if (!taken.some((other) => found.from < other.to && other.from < found.to)) taken.push(found);
  return taken.toSorted((a, b) => a.from - b.from);
};

const replaced = (
  text: string,
  read: UnescapedText,
  pieces: readonly SensitiveSpan[],
  by: (piece: string, found: SensitiveSpan) => string,
): string => {
  let [result, at] = ['', 0];
  for (const found of pieces) {
    result += text.slice(at, read.place(found.from)) + by(read.text.slice(found.from, found.to), found);
    at = read.place(found.to);
  }
  return result + text.slice(at);
};

/** A text without tokens, keys and passwords: what holds in every mode. `name`: the field that it is the value of. */
export const redactSecretForms = (text: string, name?: string): string => {
  if (name !== undefined && isSecretValue(name, text)) return secretPlaceholder;
  // Also in JSON that is a text inside of JSON.
  const read = unescapeJsonText(text);
  const found = secretRecognizer(read.text);
  return found.length === 0 ? text : replaced(text, read, apart([found]), () => secretPlaceholder);
};

/** Where each of these names stands by itself: not inside a longer name. */
const placesOf = (names: readonly string[], text: string): readonly SensitiveSpan[] =>
  names.flatMap((name) => {
    const all: SensitiveSpan[] = [];
    for (let at = text.indexOf(name); name !== '' && at >= 0; at = text.indexOf(name, at + name.length)) {
      const [before, after] = [text[at - 1] ?? ' ', text.slice(at + name.length, at + name.length + 2)];
      const alone = !/[\p{L}\p{N}_.-]/u.test(before) && !/^(?:[\p{L}\p{N}_@-]|\.[\p{L}\p{N}])/u.test(after);
      if (alone) all.push({ from: at, to: at + name.length, is: 'name' });
    }
    return all;
  });

/** After the known names, which say best what they are: an address with a scheme says more than what is in it. */
const byForm: readonly Recognizer[] = [urlRecognizer, emailRecognizer, ipv6Recognizer, ipv4Recognizer];
const byContext: readonly Recognizer[] = [hostRecognizer, userRecognizer, clusterRecognizer];

const kindOf = (is: Exclude<SensitiveSpan['is'], 'secret'>): SensitiveKind => (is === 'email' ? 'user' : is);

const maskOnce = (parts: MaskParts, written: string, own: readonly string[]): string => {
  const read = unescapeJsonText(written);
  const { text } = read;
  const { pseudonyms, known, stays, isObject } = parts;
  const kept = placesOf(own, text);
  const isKept = new Set(kept);
  const found = (recognisers: readonly Recognizer[]): readonly SensitiveSpan[] =>
    recognisers.flatMap((find) =>
      find(text).filter(({ from, to, is }) => {
        const piece = foldCase(text.slice(from, to));
        return is === 'secret' || !(isPseudonym(piece) || stays(piece) || isObject(piece));
      }),
    );
  const context = found(byContext);
  // Of a host's whole name and a name in it that is known, the whole: or its first labels would be left.
  const names = known
    .find(text)
    .filter(
      (name) =>
        !context.some(
          ({ from, to, is }) =>
            is === 'host' && from <= name.from && name.to <= to && to - from > name.to - name.from,
        ),
    );
  const pieces = apart([secretRecognizer(text), kept, found(byForm), names, context]);
  return replaced(written, read, pieces, (piece, it) => {
    if (isKept.has(it)) return piece;
    if (it.is === 'secret') return secretPlaceholder;
    const alias = pseudonyms.aliasOf(kindOf(it.is), piece);
    return it.is === 'email' ? `${alias}@masked` : alias;
  });
};

/** What an alias makes of its neighbours may look like something again, in texts that are garbled; that has an end. */
const rounds = 5;

/**
 * A text with aliases in place of what gives something away; secrets vanish. Masking twice is masking once. `own` are
 * names that stay as they are, where they stand by themselves.
 */
export const maskText = (parts: MaskParts, text: string, own: readonly string[] = []): string => {
  let masked = text;
  for (let round = 0; round < rounds; round++) {
    const next = maskOnce(parts, masked, own);
    if (next === masked) break;
    masked = next;
  }
  return masked;
};

/**
 * `maskText` of the value of a field, by what its name says of it: 'ada' under `user` is a user, and in a text may be
 * any word. What the text alone gives away is masked as in any other.
 */
export const maskField = (
  parts: MaskParts,
  text: string,
  name: string,
  own: readonly string[] = [],
): string => {
  if (isSecretValue(name, text)) return secretPlaceholder;
  const masked = maskText(parts, text, own);
  const is = fieldKind(name);
  if (is === undefined || is === 'secret' || masked !== text || own.includes(text)) return masked;
  const { host = text } = is === 'host' ? splitAddress(text) : {};
  const word = foldCase(host);
  const isName = /[\p{L}\p{N}]/u.test(host) && !isPlaceholderUser(host) && !isPseudonym(host);
  if (!isName || parts.stays(word) || parts.isObject(word)) return masked;
  if (isDistinctiveName(host)) parts.known.add(host, is);
  return text.replace(host, () => parts.pseudonyms.aliasOf(is, host));
};
