import {
  type AssignedValue,
  assignedValueAt,
  isGenerated,
  isSecretText,
  quoteSign,
} from './assignment-value.ts';
import type { SensitiveSpan } from './recognizers.ts';
import { headerWords, proseWord, strongWords, weakWords, wordEndings } from './secret-words.ts';

/**
 * The end of a name, and the sign between it and its value. What precedes the word is looked up only where it matters, so that
 * a text takes time in proportion to its length.
 */
const assignment = new RegExp(
  `(?:(${strongWords})|(${headerWords})|(${weakWords}))${wordEndings}` +
    `(\\]?(?:${quoteSign})?\\]?)([ \\t]{0,40}(?:=>|:=|={1,3}|~>|->|::?|%3[AaDd])|[ \\t]{1,40}|,[ ]?(?=["']))`,
  'gi',
);

/** A list or an object that is a secret: it begins at `from`. */
export interface SecretList {
  readonly from: number;
}

interface Found {
  readonly values: readonly SensitiveSpan[];
  readonly lists: readonly SecretList[];
}

const longestName = 64;
const inName = /[\w.-]/;

/** The start of the name that ends at a position. */
const nameStart = (text: string, end: number): number => {
  let start = end;
  while (start > 0 && end - start < longestName && inName.test(text[start - 1] ?? '')) start--;
  return start;
};

/** Names in front of a value in the files of programs: `requirepass x`. */
const directive = /(?:^|\n)[ \t]*(?:requirepass|masterauth|password|passwd|secret|bindpw|rootpw)$/i;
/** A login and its password on one line: .netrc. */
const netrc = /\b(?:login|user(?:name)?)[ \t]+\S{1,64}[ \t]+(?:password|passwd)$/i;
/** SQL: PASSWORD 'x', IDENTIFIED BY PASSWORD 'x'. No other name is followed by a quote: `secret "x" not found`. */
const sqlWord = /^(?:passw(?:or)?d|passphrase|passwort|kennwort|pwd)/i;

interface Place {
  readonly text: string;
  /** The word with its ending. */
  readonly word: string;
  readonly start: number;
  /** The end of the name, before its closing quote. */
  readonly nameEnd: number;
  readonly closing: string;
  readonly sign: string;
  readonly valueStart: number;
}

/** Returns whether the name is an option of a program: `--db-password x`, `"--token", "x"`. */
const isOption = ({ text, start }: Place): boolean => {
  const from = nameStart(text, start);
  return text[from] === '-' && /[\s"'`[(,=]/.test(text[from - 1] ?? ' ');
};

/** Returns whether a value may follow the name after a blank or a comma. */
const mayFollow = (place: Place): boolean => {
  const { text, sign, closing, word, nameEnd, valueStart } = place;
  const next = text[valueStart] ?? '';
  const option = isOption(place);
  if (sign.startsWith(',')) return option || text[nameStart(text, place.start) - 2] === '(';
  if (closing !== '') return false;
  if (option) return next !== '-' && !/^[|&;]/.test(next);
  if (/^[NE]?'|^"/.test(text.slice(valueStart, valueStart + 2))) return sqlWord.test(word);
  const head = text.slice(Math.max(0, nameEnd - 2 * longestName), nameEnd);
  if (netrc.test(head)) return true;
  return directive.test(head) && /^\S+[ \t]*(?:\n|$)/.test(text.slice(valueStart, valueStart + 200));
};

/** The value of a shell's working directory is no secret. */
const isWorkingDirectory = (text: string, start: number, value: string): boolean =>
  /(?:^|[^A-Za-z0-9_])(?:OLD)?PWD$/.test(text.slice(Math.max(0, start - 4), start + 3)) &&
  /^(?:\/[\w.@~+-]*)+$/.test(value);

/** Returns whether the name begins its line and the value ends it: `password: quince`. */
const isWholeLine = ({ text, start, nameEnd }: Place, { to }: AssignedValue): boolean => {
  const from = nameStart(text, start);
  const before = text.slice(Math.max(0, from - 40), from);
  const onLine = before.slice(before.lastIndexOf('\n') + 1);
  return (
    nameEnd - from < longestName &&
    /^\s*(?:-\s+)?(?:export\s+)?["']?$/.test(onLine) &&
    /^[ \t]*(?:\r?\n|$)/.test(text.slice(to, to + 40))
  );
};

/** Returns whether a value after a colon and a blank reads like a sentence: 'token: expired', 'cookie: 3 of 5'. */
const isProse = (place: Place, value: AssignedValue, piece: string, isHeader: boolean): boolean => {
  if (value.is !== 'bare' || !/^[ \t]*:{1,2}$/.test(place.sign)) return false;
  // A scheme precedes it.
  if (isHeader && value.from > place.valueStart) return /^[a-z]{1,9}$/.test(piece);
  if (!/\s/.test(place.text[value.from - 1] ?? '')) return false;
  const isQuantity = /^\d[\d.,:]*[a-z%]{0,3}$/i.test(piece);
  if (isQuantity && /^[ \t]+[\w(]/.test(place.text.slice(value.to, value.to + 20))) return true;
  if (/\d/.test(piece) || piece.length >= 12) return false;
  return isHeader || !isWholeLine(place, value);
};

const knownScheme =
  '(?:bearer|basic|digest|negotiate|token|apikey|key|ssws|aws4-hmac-sha256|oauth|hawk|signature|splunk|geniekey)[ \\t]+';

/** The scheme of a header in quotes. Another word may be the beginning of the secret. */
const quotedScheme = new RegExp(knownScheme, 'iy');

/** The scheme of a header: a known one, or letters before a text that is not a word. */
const scheme = new RegExp(
  `${knownScheme}|[a-z][a-z-]{1,20}[ \\t]+(?=[^\\s"'\\d]{0,64}\\d|[^\\s"']{16})`,
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
  const stop = inQuotes.test(named)
    ? /[\r\n`]|'(?=\s|$)|"(?=\s*[}\]])/
    : isList
      ? /[\r\n`"']/
      : /[\s"'`,;\\]/;
  const end = text.slice(from).search(stop);
  return { from, to: end < 0 ? text.length : from + end, is: 'bare' };
};

const isSecretAt = (place: Place, value: AssignedValue, kind: 'strong' | 'header' | 'weak'): boolean => {
  const piece = place.text.slice(value.from, value.to);
  if (piece === '' || !isSecretText(piece)) return false;
  if (isWithoutSign(place)) return !proseWord.test(piece);
  if (kind === 'weak' && !isWeakSecret(place, value, piece)) return false;
  if (kind === 'strong' && isWorkingDirectory(place.text, place.start, piece)) return false;
  return !isProse(place, value, piece, kind === 'header');
};

/** 'pass' in a longer name, or with a text in quotes, is a password; any other weak word needs a generated value. */
const isWeakSecret = ({ text, start, word, sign }: Place, { is }: AssignedValue, piece: string): boolean => {
  if (isGenerated(piece)) return true;
  const before = text[start - 1] ?? ' ';
  if (/^sig/i.test(word)) return /[?&;]/.test(before) && piece.length >= 6 && /\d|%|[a-z][A-Z]/.test(piece);
  if (/^auth/i.test(word)) return /^[^\s:]{1,64}:[^\s:/]{4,}$/.test(piece);
  if (/^\d*$/.test(piece)) return false;
  return is === 'quoted' || /[\w.-]/.test(before) || sign.trim() === '=';
};

/** Blanks before a value. A value on the next line is one in quotes or brackets, or the next word. */
const beforeValue = /[ \t]{0,200}(?:\r?\n[ \t]{0,200})?/y;

/** The name, the sign after it, and the start of the value of a match. */
const placeOf = (text: string, match: RegExpExecArray): Place => {
  const { 0: whole, 4: closing = '', 5: sign = '', index } = match;
  const end = index + whole.length;
  beforeValue.lastIndex = end;
  const blanks = sign.trim() === '' ? 0 : (beforeValue.exec(text)?.[0].length ?? 0);
  const nameEnd = end - sign.length - closing.length;
  const word = text.slice(index, nameEnd);
  return { text, word, start: index, nameEnd, closing, sign, valueStart: end + blanks };
};

const isWithoutSign = ({ sign }: Place): boolean => /^[ \t]+$|^,/.test(sign);

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

/** Finds the values that a name marks as secrets, and the lists and objects that are themselves one. */
export const findAssigned = (text: string): Found => {
  const values: SensitiveSpan[] = [];
  const lists: SecretList[] = [];
  const isJudged = createNameCount();
  assignment.lastIndex = 0;
  for (let match = assignment.exec(text); match !== null; match = assignment.exec(text)) {
    const place = placeOf(text, match);
    if (isWithoutSign(place) && !mayFollow(place)) {
      assignment.lastIndex = place.nameEnd;
      continue;
    }
    const kind = kindOf(match);
    const value = assignedValueAt(text, place.valueStart);
    if (value === undefined) continue;
    if (value.is === 'list') {
      if (kind === 'strong' && /[=:>]/.test(place.sign)) lists.push({ from: value.from });
      continue;
    }
    const { from, to } = kind === 'header' ? headerValue(text, value) : value;
    if (isJudged(to) && !isSecretAt(place, { ...value, from, to }, kind)) continue;
    values.push({ from, to, is: 'secret' });
    assignment.lastIndex = Math.max(assignment.lastIndex, to);
  }
  return { values, lists };
};
