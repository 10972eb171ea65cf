import { foldCase, readableText } from './case-folding.ts';
import { redactWritten } from './mask-text.ts';
import { isUnmaskedWord } from './mask-words.ts';
import { createNameTrie } from './name-trie.ts';
import type { Recognizer, SensitiveKind, SensitiveSpan } from './recognizers.ts';
import {
  clusterRecognizer,
  emailRecognizer,
  hostRecognizer,
  ipv6Recognizer,
  isPlaceholderUser,
  patternRecognizer,
  urlRecognizer,
  userRecognizer,
} from './recognizers.ts';
import { fieldKind, isDistinctiveName, isSecretValue, secretPlaceholder } from './secret-fields.ts';
import { secretRecognizer } from './secret-recognizer.ts';

/** Checks the Luhn digit. Source: ISO/IEC 7812-1, annex B. */
const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const twice = index % 2 === 1 ? digit * 2 : digit;
    sum += twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
};

/**
 * Detects timestamps: ms, µs or ns since 1970 from 2017 on, or year to second in digits. One in ten of them would pass
 * as a card number.
 */
const isMoment = (text: string): boolean =>
  (/^1[5-9]\d+$/.test(text) && [13, 16, 19].includes(text.length)) ||
  /^20\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?:\d{3})?$/.test(text);

const isCard = (text: string): boolean => !isMoment(text) && passesLuhn(text.replaceAll(/\D/g, ''));

/** Card numbers: 13 to 19 digits without spaces, or grouped as embossed. Excludes the digits of a fraction. */
const inOneRow = patternRecognizer(/(?<!\d|\d\.|[\s:[,]-)\d{13,19}(?!\d|\.\d|e[+-]?\d)/dgi, 'name', isCard);
const inGroups = patternRecognizer(
  /(?<![\d.-])\d{4}([ -])(?:\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{6}\1\d{4,5}|\d{4}\1\d{5})(?![\d-])/dg,
  'name',
  isCard,
);

const cards: Recognizer = (text) => [...inOneRow(text), ...inGroups(text)];

/**
 * Checks an IBAN (ISO 13616): with country and check digits moved to the end, and letters as numbers, it is 1 modulo
 * 97.
 */
const isIban = (text: string): boolean => {
  const plain = text.replaceAll(' ', '').toUpperCase();
  if (plain.length < 15 || plain.length > 34) return false;
  let rest = 0;
  for (const letter of plain.slice(4) + plain.slice(0, 4))
    for (const digit of Number.parseInt(letter, 36).toString()) rest = (rest * 10 + Number(digit)) % 97;
  return rest === 1;
};

/** Bank account numbers (IBAN), without spaces or in groups of four. */
const ibans: Recognizer = patternRecognizer(
  /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?![A-Za-z0-9])/dgi,
  'name',
  isIban,
);

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';

/**
 * Possible IPv4 addresses: masking a four-part version is better than exposing an address. Includes an address with a
 * dot before its port, as tcpdump prints it.
 */
const anyIpv4: Recognizer = patternRecognizer(
  new RegExp(`(?<!\\d|\\d\\.)(?<it>${octet}(?:\\.${octet}){3})(?!\\d|\\.\\d+\\.\\d)`, 'dg'),
  'ip',
);

/** UUIDs (RFC 9562), case-insensitive. */
const uuids: Recognizer = patternRecognizer(
  /(?<![0-9a-f])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![0-9a-f])/dgi,
  'name',
);

/** Trace and span IDs: 16 or 32 hexadecimal digits, with at least one letter and one digit. */
const traceIds: Recognizer = patternRecognizer(
  /(?<![0-9a-f-])(?:[0-9a-f]{16}){1,2}(?![0-9a-f])/dgi,
  'name',
  (text) => /\d/.test(text) && /[a-f]/i.test(text),
);

/** Short digit codes that the preceding name marks as a secret. */
const codes: Recognizer = patternRecognizer(
  /(?<![a-z0-9])(?:cvv2?|cvc2?|pin|otp|iin)["']?\s*[:=]\s*["']?(?<it>\d{3,8})(?!\d)/dgi,
  'secret',
);

/** Classes that an export can anonymize; pseudonyms start with this word. 'name' is a known name. */
export const anonymizationClasses = [
  'token',
  'card',
  'iban',
  'host',
  'ip',
  'mail',
  'user',
  'cluster',
  'name',
  'uuid',
  'trace',
] as const;

export type AnonymizationClass = (typeof anonymizationClasses)[number];

/** All classes except IDs, which are needed to follow a request. */
const defaultAnonymizationClasses: ReadonlySet<AnonymizationClass> = new Set(
  anonymizationClasses.filter(
    (anonymizationClass) => anonymizationClass !== 'uuid' && anonymizationClass !== 'trace',
  ),
);

/** A span of a text with its class. */
interface ClassifiedPiece {
  readonly from: number;
  readonly to: number;
  readonly is: AnonymizationClass;
}

const classOf = (is: SensitiveSpan['is']): AnonymizationClass =>
  is === 'secret' ? 'token' : is === 'email' ? 'mail' : is;

const pieceOf = ({ from, to, is }: SensitiveSpan): ClassifiedPiece => ({ from, to, is: classOf(is) });

const as =
  (is: AnonymizationClass, recognizer: Recognizer) =>
  (text: string): readonly ClassifiedPiece[] =>
    recognizer(text).map(({ from, to }) => ({ from, to, is }));

const byKind =
  (recognizer: Recognizer) =>
  (text: string): readonly ClassifiedPiece[] =>
    recognizer(text).map(pieceOf);

/** Recognizers by form; the first of two overlapping matches wins. */
const byForm: readonly ((text: string) => readonly ClassifiedPiece[])[] = [
  byKind(secretRecognizer),
  byKind(codes),
  as('iban', ibans),
  as('card', cards),
  byKind(urlRecognizer),
  byKind(emailRecognizer),
  byKind(ipv6Recognizer),
  byKind(anyIpv4),
  as('uuid', uuids),
  as('trace', traceIds),
];

/** Recognizers by context. */
const byContext: readonly ((text: string) => readonly ClassifiedPiece[])[] = [
  byKind(hostRecognizer),
  byKind(userRecognizer),
  byKind(clusterRecognizer),
];

interface AnonymizeOptions {
  /** Known names (from the profile and the streams); a plain text is a 'name'. */
  readonly names?: readonly (string | { readonly text: string; readonly is: SensitiveKind })[];
  /** Words that are never masked: services, and words that the profile allows. */
  readonly keep?: readonly string[];
  /** Absent: the default classes. */
  readonly classes?: ReadonlySet<AnonymizationClass>;
}

/** Number of replaced spans of a class, and of distinct values among them. */
interface AnonymizedClassCount {
  readonly is: AnonymizationClass;
  readonly pieces: number;
  readonly things: number;
}

/** Replaces sensitive texts. One per export: a value has the same pseudonym in all its lines. */
interface Anonymizer {
  /** `name`: the field that contains the text; it may reveal the class. */
  (text: string, name?: string): string;
  /** Returns the replacements so far. */
  counts(): readonly AnonymizedClassCount[];
}

/** The form of a pseudonym. In the input such a text is a person's name. */
const aliasForm = new RegExp(`(?<![\\w-])(${anonymizationClasses.join('|')})-\\d+(?![\\w-])`, 'dgi');

const isOldAlias = (text: string): boolean => text.search(aliasForm) >= 0;

/** Minimum length of a secret that is searched for elsewhere: shorter ones are part of too many words. */
const shortestLearned = 8;

/** Normalizes a value, so that spellings of one value share a pseudonym. */
const thingOf = (is: AnonymizationClass, text: string): string => {
  if (is === 'token') return text;
  return is === 'card' || is === 'iban' ? text.replaceAll(/[ -]/g, '').toUpperCase() : foldCase(text);
};

/** Returns whether a position is inside a string of a JSON line. */
const isInString = (text: string, to: number): boolean => {
  let inside = false;
  for (let index = 0; index < to; index++)
    if (text[index] === '"') inside = !inside;
    else if (text[index] === '\\' && inside) index++;
  return inside;
};

/** Returns whether the span is a number in a JSON line: its pseudonym must be a string. */
const isJsonNumber = (text: string, from: number, to: number): boolean =>
  /^\s*\{/.test(text) &&
  /[:[,]\s*$/.test(text.slice(Math.max(0, from - 8), from)) &&
  /^\s*(?:[,\]}]|$)/.test(text.slice(to, to + 8)) &&
  !isInString(text, from);

/** Drops known names inside a full host name: masking only the inner name would expose the other labels. */
const withoutInner = (pieces: readonly ClassifiedPiece[]): readonly ClassifiedPiece[] => {
  const hosts = pieces.filter(({ is }) => is === 'host');
  return pieces.filter(
    (piece) =>
      piece.is === 'token' ||
      !hosts.some(
        ({ from, to }) => from <= piece.from && piece.to <= to && to - from > piece.to - piece.from,
      ),
  );
};

/** Sorts spans from left to right; of two that overlap the first in the list wins. */
const apart = (pieces: readonly ClassifiedPiece[], length: number): readonly ClassifiedPiece[] => {
  const taken = new Uint8Array(length);
  const left = pieces.filter(({ from, to }) => {
    if (taken.subarray(from, to).includes(1)) return false;
    taken.fill(1, from, to);
    return true;
  });
  return left.toSorted((a, b) => a.from - b.from);
};

/**
 * Creates an anonymizer. Pseudonyms are numbered in order of appearance; the mapping exists only inside this function.
 */
export const createAnonymizer = ({
  names = [],
  keep = [],
  classes = defaultAnonymizationClasses,
}: AnonymizeOptions = {}): Anonymizer => {
  const kept = new Set([...isUnmaskedWord, ...keep.map(foldCase)]);
  const known = createNameTrie();
  const nameTrie = createNameTrie();
  const aliases = new Map<string, string>();
  const counts = new Map<AnonymizationClass, { pieces: number; things: number }>();
  for (const name of names)
    if (typeof name === 'string') known.add(name, 'name');
    else known.add(name.text, name.is);

  const aliasOf = (is: AnonymizationClass, value: string): string => {
    const count = counts.get(is) ?? { pieces: 0, things: 0 };
    counts.set(is, count);
    count.pieces++;
    const had = aliases.get(value);
    if (had !== undefined) return had;
    let alias = '';
    do alias = `${is}-${++count.things}`;
    while (kept.has(alias));
    aliases.set(value, alias);
    if (is === 'token' && value.length >= shortestLearned) nameTrie.add(value, 'name');
    if (is === 'host') known.add(value, 'host');
    return alias;
  };

  const piecesOf = (text: string): readonly ClassifiedPiece[] => {
    const pieces = [
      ...byForm.flatMap((find) => find(text)),
      ...nameTrie.find(text).map(({ from, to }) => ({ from, to, is: 'token' as const })),
      ...known.find(text).map(pieceOf),
      ...byContext.flatMap((find) => find(text)),
      ...[...text.matchAll(aliasForm)].map(({ 0: whole, 1: is = '', index }) => ({
        from: index,
        to: index + whole.length,
        is: is.toLowerCase() as AnonymizationClass,
      })),
    ];
    // Skips objects and lists: they are not values.
    const sensitive = pieces.filter(
      ({ from, to, is }) =>
        to > from &&
        !/[{[]/.test(text[from] ?? '') &&
        classes.has(is) &&
        (is === 'token' || !kept.has(foldCase(text.slice(from, to)))),
    );
    return apart(withoutInner(sensitive), text.length);
  };

  /** Returns the class that a field's name implies when the value itself implies none. */
  const byName = (text: string, name: string): SensitiveKind | 'token' | undefined => {
    if (isSecretValue(name, text)) return 'token';
    const is = fieldKind(name);
    if (is === undefined || is === 'secret' || !/[\p{L}\p{N}]/u.test(text) || isPlaceholderUser(text))
      return undefined;
    return kept.has(foldCase(text)) || isOldAlias(text) ? undefined : is;
  };

  const anonymize = (text: string, name?: string): string => {
    const is = name === undefined ? undefined : byName(text, name);
    if (is === 'token' && classes.has(is)) return aliasOf(is, thingOf(is, text));
    const masked = inText(text);
    if (is === undefined || masked !== text || !classes.has(is)) return masked;
    if (is !== 'token' && isDistinctiveName(text)) known.add(text, is);
    return aliasOf(is, thingOf(is, text));
  };

  const inText = (raw: string): string => {
    const text = redactWritten(raw, (from, to) =>
      isJsonNumber(raw, from, to) ? `"${secretPlaceholder}"` : secretPlaceholder,
    );
    const read = readableText(text);
    let result = '';
    let index = 0;
    for (const { from, to, is } of piecesOf(read.text)) {
      const begin = read.place(from);
      const end = read.place(to);
      const alias = aliasOf(is, thingOf(is, read.text.slice(from, to)));
      result += text.slice(index, begin) + (isJsonNumber(text, begin, end) ? `"${alias}"` : alias);
      index = end;
    }
    return result + text.slice(index);
  };

  return Object.assign(anonymize, {
    counts: () =>
      anonymizationClasses.flatMap((is) => {
        const count = counts.get(is);
        return count === undefined ? [] : [{ is, ...count }];
      }),
  });
};
