import {
  assignmentSign,
  isResponseStatus,
  isWholeLine,
  isWithoutSign,
  lineEndOf,
  mayFollow,
  needsGenerated,
  type Place,
  placeOf,
} from './assignment-place.ts';
import { assignedValueAt, isGenerated, isRandomWord, isSecretText, quoteSign } from './assignment-value.ts';
import type { AssignedValue } from './lines-value.ts';
import type { SensitiveSpan } from './recognizers.ts';
import { type SecretParts, secretObjectValues } from './secret-object.ts';
import {
  headerWords,
  loginName,
  pluralWords,
  proseWord,
  randomName,
  strongWords,
  weakWords,
  wordEndings,
} from './secret-words.ts';
import { yamlBlockValues } from './yaml-block.ts';

/**
 * The end of a name, and the sign between it and its value. What precedes the word is looked up only where it matters, so that
 * a text takes time in proportion to its length.
 */
const assignment = new RegExp(
  `(?:(${pluralWords}|${strongWords})|(${headerWords})|(${weakWords}))${wordEndings}` +
    `((?:\\]|%5d)?(?:${quoteSign})?(?:\\]|%5d)?)(${assignmentSign})`,
  'gi',
);

/** The value of a shell's working directory is no secret. */
const isWorkingDirectory = (text: string, start: number, value: string): boolean =>
  /(?:^|[^A-Za-z0-9_])(?:OLD)?PWD$/.test(text.slice(Math.max(0, start - 4), start + 3)) &&
  /^(?:\/[\w.@~+-]*)+$/.test(value);

/** Returns whether a value after a colon and a blank reads like a sentence: 'token: expired', 'cookie: 3 of 5'. */
const isProse = (place: Place, value: AssignedValue, piece: string, isHeader: boolean): boolean => {
  if (/[|│]$/.test(place.sign)) return !isWholeLine(place, value) && !isGenerated(piece);
  if (value.is !== 'bare' || !/^\s*\\*:{1,2}$|[ \t](?:is|was|for[ \t][^:]+):$/.test(place.sign)) return false;
  // A scheme precedes it.
  if (isHeader && value.from > place.valueStart) return /^[a-z]{1,9}$/.test(piece);
  if (!/\s/.test(place.text[value.from - 1] ?? '')) return false;
  const isQuantity = /^\d[\d.,:]*[a-z%]{0,3}$/i.test(piece);
  if (isQuantity && /^[ \t]+[\w(]/.test(place.text.slice(value.to, value.to + 20))) return true;
  if (/\d/.test(piece) || piece.length >= 12) return false;
  return isHeader || !isWholeLine(place, value);
};

const knownScheme =
  '(?:bearer|basic|digest|negotiate|token|apikey|key|ssws|aws4-hmac-sha256|oauth|hawk|signature|splunk|geniekey|sharedkey(?:lite)?|sharedaccesssignature)[ \\t]+';

/** The scheme of a header in quotes. Another word may be the beginning of the secret. */
const quotedScheme = new RegExp(knownScheme, 'iy');

/** The scheme of a header: a known one, or letters before a text that is not a word. */
const scheme = new RegExp(
  `${knownScheme}|[a-z][a-z-]{1,20}[ \\t]+(?=[^\\s"'\\d]{0,64}\\d|[^\\s"']{16}|[\\w-]{1,64}=")`,
  'iy',
);

/** Schemes whose parameters are in quotes. */
const inQuotes = /^(?:digest|aws4|oauth|hawk|signature)/i;

/** The value of a header: up to the end of its line, or of the quotes around it. */
const headerValue = (text: string, value: AssignedValue): AssignedValue => {
  const pattern = value.is === 'quoted' ? quotedScheme : scheme;
  pattern.lastIndex = value.from;
  const named = pattern.exec(text)?.[0] ?? '';
  const from = value.from + named.length;
  if (value.is === 'quoted') return { ...value, from: Math.min(from, value.to) };
  const isList = /^[^\s"'=]{1,64}=/.test(text.slice(from, from + 70));
  const stop =
    inQuotes.test(named) || /^[\w-]{1,64}="/.test(text.slice(from, from + 70))
      ? /[\r\n`]|'(?=\s|$)|"(?=\s*[}\]])/
      : isList
        ? /[\r\n`"']/
        : /[\s"'`,;\\]/;
  const end = text.slice(from).search(stop);
  return { from, to: end < 0 ? text.length : from + end, is: 'bare' };
};

const plural = new RegExp(`(?:${pluralWords})$`, 'i');
const isPlural = (word: string): boolean => plural.test(word);
const isNumber = /^[\d.,_]+[a-z%/]{0,3}$/i;
/** Items of a list after a plural, of letters and digits: neither numbers nor names of services. */
const listedItems = /^(?:[ \t]*\r?\n[ \t]*-[ \t]+|[ \t]*\[\s*)["']?(?=[^\s"',\]]*\d)(?=[^\s"',\]]*[A-Za-z])/;

/** Returns whether a list or block below a name holds secrets: that of a plural holds names of counts, too. */
const mayHoldSecrets = ({ text, word, signEnd }: Place): boolean =>
  !isPlural(word) || listedItems.test(text.slice(signEnd, signEnd + 300));

/** Returns whether the name is that of a service that PAM tells with its module: `pam_unix(passwd:auth)`. */
const isModule = ({ text, start }: Place): boolean =>
  /\bpam_\w{1,20}\($/.test(text.slice(Math.max(0, start - 25), start));

/** Returns whether the quote after a colon ends the text that holds the name: `expect("Password:")`. */
const closesQuote = ({ text, start, sign, signEnd }: Place, { is }: AssignedValue): boolean => {
  const quote = text[signEnd] ?? '';
  if (is !== 'quoted' || !sign.endsWith(':') || !/["']/.test(quote)) return false;
  const before = text.slice(Math.max(0, start - 80), start);
  const onLine = before.slice(before.lastIndexOf('\n') + 1);
  return (
    (onLine.split(quote).length - 1) % 2 === 1 && /^[)\],;\s]|^$/.test(text.slice(signEnd + 1, signEnd + 2))
  );
};

const isSecretAt = (place: Place, value: AssignedValue, kind: 'strong' | 'header' | 'weak'): boolean => {
  const piece = place.text.slice(value.from, value.to);
  if (piece === '' || !isSecretText(piece) || isResponseStatus(place, piece)) return false;
  if (isModule(place) || closesQuote(place, value)) return false;
  if (isPlural(place.word) && (isNumber.test(piece) || (value.is === 'bare' && !/\d/.test(piece))))
    return false;
  if (needsGenerated(place)) return isGenerated(piece) && !/^\d{4}-\d\d-\d\dT/.test(piece);
  if (isWithoutSign(place)) return !proseWord.test(piece);
  if (kind === 'weak' && !isWeakSecret(place, value, piece)) return false;
  if (kind === 'strong' && isWorkingDirectory(place.text, place.start, piece)) return false;
  return !isProse(place, value, piece, kind === 'header');
};

/** 'pass' in a longer name, or with a text in quotes, is a password; any other weak word needs a generated value. */
const isWeakSecret = (place: Place, value: AssignedValue, piece: string): boolean => {
  const { text, start, word, sign } = place;
  if (randomName.test(word)) return isRandomWord(piece);
  if (/^sid|^session$|^aspnet/i.test(word))
    return isGenerated(piece) && /^(?!S-1-)[\w%:.~+/-]+=*$/.test(piece);
  if (isGenerated(piece)) return true;
  const before = text[start - 1] ?? ' ';
  if (/^sig/i.test(word)) return /[?&;]/.test(before) && piece.length >= 6 && /\d|%|[a-z][A-Z]/.test(piece);
  if (loginName.test(word)) return /^[^\s:]{1,64}:[^\s:/]{4,}$/.test(piece);
  if (/^\d*$/.test(piece)) return false;
  if (/^pw/i.test(word) && isWholeLine(place, value)) return /[a-z]/i.test(piece);
  return value.is === 'quoted' || /[\w.-]/.test(before) || sign.trim() === '=';
};

const kindOf = ({ 1: strong, 2: header }: RegExpExecArray): 'strong' | 'header' | 'weak' => {
  if (strong !== undefined) return 'strong';
  return header === undefined ? 'weak' : 'header';
};

/**
 * The names with values up to the same position that are judged one by one. A text of more (`sig=sig=…`) is a secret from there on:
 * judging all of them would take the square of its length.
 */
const mostNames = 16;

/** Counts names by the end of their values. Returns whether the next one is judged. */
const createNameCount = (): ((to: number) => boolean) => {
  let lastTo = -1;
  let names = 0;
  return (to) => {
    names = to === lastTo ? names + 1 : 1;
    lastTo = to;
    return names <= mostNames;
  };
};

type Kind = ReturnType<typeof kindOf>;

/** The value at its place, from after the scheme of a header and up to the end of a property. */
const wholeValue = (place: Place, value: AssignedValue, kind: Kind): AssignedValue =>
  kind === 'header' ? headerValue(place.text, value) : { ...value, to: lineEndOf(place, value) };

/** Finds the values that a name marks as secrets, and the lists and objects that are themselves one. */
export const findAssigned = (text: string): SecretParts => {
  const values: SensitiveSpan[] = [];
  const lists: { readonly from: number }[] = [];
  const isJudged = createNameCount();
  /** Adds the secrets at a place. Returns the position to go on from. */
  const addAt = (place: Place, kind: Kind): number | undefined => {
    if (isWithoutSign(place) && !mayFollow(place)) return place.nameEnd;
    const hasItems = kind === 'strong' && mayHoldSecrets(place);
    const block = hasItems ? yamlBlockValues(text, place.start, place.signEnd) : undefined;
    if (block !== undefined) {
      values.push(...block.values);
      return block.end;
    }
    const value = assignedValueAt(text, place.valueStart);
    if (value?.is === 'list' && hasItems && /[=:>]/.test(place.sign)) lists.push({ from: value.from });
    if (value === undefined || value.is === 'list') return undefined;
    const { from, to } = wholeValue(place, value, kind);
    const judged = kind === 'header' ? { ...value, from, to } : value;
    if (isJudged(to) && !isSecretAt(place, judged, kind)) return undefined;
    values.push({ from, to, is: 'secret' });
    return Math.max(assignment.lastIndex, to);
  };
  assignment.lastIndex = 0;
  for (let match = assignment.exec(text); match !== null; match = assignment.exec(text))
    assignment.lastIndex = addAt(placeOf(text, match), kindOf(match)) ?? assignment.lastIndex;
  const ofObject = secretObjectValues(text);
  return { values: [...values, ...ofObject.values], lists: [...lists, ...ofObject.lists] };
};
