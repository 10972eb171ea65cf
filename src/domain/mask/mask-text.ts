import { foldCase, readableText, type UnescapedText } from './case-folding.ts';
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
import { fieldKind, isDistinctiveName, isSecretValue, secretPlaceholder } from './secret-fields.ts';
import { secretRecognizer, writtenSecrets } from './secret-recognizer.ts';

/** The aliases of one session: a value keeps its alias for the whole session. */
interface Pseudonyms {
  /** Returns the alias of a value, such as 'host-3'; creates one if needed. Case and Unicode form are ignored. */
  aliasOf(is: SensitiveKind, value: string): string;
  /** Reserves a real name, so that it cannot become an alias. True when it was already an alias. */
  reserve(name: string): boolean;
  /** Returns whether this value has an alias. */
  has(value: string): boolean;
  /** Returns the value behind an alias, in lower case. */
  thingOf(alias: string): string | undefined;
  /** Iterates over the values with an alias, case-folded (`foldCase`). */
  values(): IterableIterator<string>;
}

/** The form of an alias; those of e-mail addresses end in `@masked`. */
const aliasForm = /^(?:host|ip|user|cluster|name)-\d+(?:@masked)?$/i;

/** Maximum length of an alias: 'cluster-', a number, and the suffix of an e-mail address. */
const longestAlias = 24;

const isPseudonym = (text: string): boolean => text.length <= longestAlias && aliasForm.test(text);

/** Creates numbered aliases, in order of appearance. Two values never share one. */
export const createPseudonyms = (): Pseudonyms => {
  const aliases = new Map<string, string>();
  const owners = new Map<string, { readonly is: SensitiveKind; readonly value: string }>();
  const reserved = new Set<string>();
  const counts = new Map<SensitiveKind, number>();

  const give = (is: SensitiveKind, value: string): string => {
    const key = foldCase(value);
    let number = counts.get(is) ?? 0;
    let alias = '';
    do alias = `${is}-${++number}`;
    while (reserved.has(alias));
    counts.set(is, number);
    aliases.set(key, alias);
    owners.set(alias, { is, value });
    return alias;
  };

  return {
    aliasOf: (is, value) => aliases.get(foldCase(value)) ?? give(is, value.toLowerCase()),
    reserve: (name) => {
      const alias = name.toLowerCase();
      if (!isPseudonym(alias)) return false;
      reserved.add(alias);
      const owner = owners.get(alias);
      if (owner === undefined) return false;
      owners.delete(alias);
      give(owner.is, owner.value);
      return true;
    },
    has: (value) => aliases.has(foldCase(value)),
    thingOf: (alias) => owners.get(alias.toLowerCase())?.value,
    values: () => aliases.keys(),
  };
};

/** Returns label values for use in a row's name, without those that are secrets by their label or form. */
export const labelValues = (labels: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(labels).map(([name, value]) => redactSecretForms(value, name));

/** Dependencies of masking. */
interface MaskParts {
  readonly pseudonyms: Pseudonyms;
  /** Names that are known for certain. */
  readonly known: {
    find(text: string): readonly SensitiveSpan[];
    add(name: string, is: SensitiveKind): void;
  };
  /** Returns whether a word is never masked: services, sources, words that the profile allows. Case-folded. */
  stays(word: string): boolean;
  /**
   * Returns whether a word is a pod, a container or an instance: not a host, although addresses use it like one.
   * Case-folded.
   */
  isObject(word: string): boolean;
}

/** Returns spans that do not overlap; the first of two overlapping spans wins. */
const apart = (lists: readonly (readonly SensitiveSpan[])[]): readonly SensitiveSpan[] => {
  const taken: SensitiveSpan[] = [];
  for (const span of lists.flat())
    if (!taken.some((other) => span.from < other.to && other.from < span.to)) taken.push(span);
  return taken.toSorted((a, b) => a.from - b.from);
};

const replaced = (
  text: string,
  read: UnescapedText,
  pieces: readonly SensitiveSpan[],
  by: (piece: string, span: SensitiveSpan) => string,
): string => {
  let result = '';
  let index = 0;
  for (const span of pieces) {
    result += text.slice(index, read.place(span.from)) + by(read.text.slice(span.from, span.to), span);
    index = read.place(span.to);
  }
  return result + text.slice(index);
};

/**
 * Redacts the secrets that are only found in a text as it is written. `by`: the replacement for the part from `from` to
 * `to`; default: that of every secret.
 */
export const redactWritten = (
  text: string,
  by: (from: number, to: number) => string = () => secretPlaceholder,
): string => {
  let result = '';
  let index = 0;
  for (const { from, to } of writtenSecrets(text)) {
    result += text.slice(index, from) + by(from, to);
    index = to;
  }
  return result + text.slice(index);
};

/** Redacts tokens, keys and passwords, in every mode. `name`: the field that contains the text. */
export const redactSecretForms = (text: string, name?: string): string => {
  if (name !== undefined && isSecretValue(name, text)) return secretPlaceholder;
  const written = redactWritten(text);
  // Also covers JSON nested as text in JSON.
  const read = readableText(written);
  const spans = secretRecognizer(read.text);
  return spans.length === 0 ? written : replaced(written, read, spans, () => secretPlaceholder);
};

/** Finds the names as whole words, not inside longer names. */
const placesOf = (names: readonly string[], text: string): readonly SensitiveSpan[] =>
  names.flatMap((name) => {
    const all: SensitiveSpan[] = [];
    for (
      let index = text.indexOf(name);
      name !== '' && index >= 0;
      index = text.indexOf(name, index + name.length)
    ) {
      const before = text[index - 1] ?? ' ';
      const after = text.slice(index + name.length, index + name.length + 2);
      const alone = !/[\p{L}\p{N}_.-]/u.test(before) && !/^(?:[\p{L}\p{N}_@-]|\.[\p{L}\p{N}])/u.test(after);
      if (alone) all.push({ from: index, to: index + name.length, is: 'name' });
    }
    return all;
  });

/** Used after the known names, which are most certain. A URL comes before its parts. */
const byForm: readonly Recognizer[] = [urlRecognizer, emailRecognizer, ipv6Recognizer, ipv4Recognizer];
const byContext: readonly Recognizer[] = [hostRecognizer, userRecognizer, clusterRecognizer];

const kindOf = (is: Exclude<SensitiveSpan['is'], 'secret'>): SensitiveKind => (is === 'email' ? 'user' : is);

const maskOnce = (parts: MaskParts, raw: string, own: readonly string[]): string => {
  const written = redactWritten(raw);
  const read = readableText(written);
  const { text } = read;
  const { pseudonyms, known, stays, isObject } = parts;
  const kept = placesOf(own, text);
  const isKept = new Set(kept);
  const spansOf = (recognizers: readonly Recognizer[]): readonly SensitiveSpan[] =>
    recognizers.flatMap((find) =>
      find(text).filter(({ from, to, is }) => {
        const piece = foldCase(text.slice(from, to));
        return is === 'secret' || !(isPseudonym(piece) || stays(piece) || isObject(piece));
      }),
    );
  const context = spansOf(byContext);
  // Drops known names inside a full host name: masking only the inner name would expose the other labels.
  const names = known
    .find(text)
    .filter(
      (name) =>
        !context.some(
          ({ from, to, is }) =>
            is === 'host' && from <= name.from && name.to <= to && to - from > name.to - name.from,
        ),
    );
  const pieces = apart([secretRecognizer(text), kept, spansOf(byForm), names, context]);
  return replaced(written, read, pieces, (piece, span) => {
    if (isKept.has(span)) return piece;
    if (span.is === 'secret') return secretPlaceholder;
    const alias = pseudonyms.aliasOf(kindOf(span.is), piece);
    return span.is === 'email' ? `${alias}@masked` : alias;
  });
};

/** Maximum number of passes: in garbled text an alias may form a new match with its neighbors. */
const rounds = 5;

/**
 * Replaces sensitive values by aliases and removes secrets. Idempotent. The names in `own` stay where they are whole
 * words.
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
 * `maskText` for the value of a field, using its name: 'ada' under `user` is a user, but may be any word in text.
 * Sensitive text within the value is masked as usual.
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
