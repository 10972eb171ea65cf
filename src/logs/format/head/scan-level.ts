import { levelCode } from '../../../domain/facts/log-level.ts';
import {
  ascii,
  asciiBytes,
  byteAt,
  isBlankByte,
  isCapitalByte,
  isDigitByte,
  isInCapitals,
  isLetterByte,
  skipBlanks,
  startsWithAt,
} from './ascii.ts';
import { closingBracket, scanBracketedLevel } from './bracketed-level.ts';
import type { HeadScan } from './head-scan.ts';
import {
  canStartLevel,
  isFailMark,
  isUnambiguousLevel,
  isWarningName,
  levelAt,
  levelOfAndroidLetter,
  levelOfKeyword,
  levelOfLetter,
  levelOfOwnWord,
  levelOfRedisMark,
  scanPhpError,
  scanRuntimeError,
} from './level-words.ts';
import { takeStatus, takeStatusBetweenBars } from './request-status.ts';
import { KeyMeaning, keyMeaning } from './scan-json.ts';

const longest = 64;

/** Bytes that end a word: blanks and punctuation of heads. A '-' is part of a word. */
const signs: Uint8Array = (() => {
  const table = new Uint8Array(256);
  for (const sign of ' \t\r[](){}|:,;="<>!*') table[sign.charCodeAt(0)] = 1;
  return table;
})();

const isSign = 1;
const isOpen = 2;

/**
 * Class of a byte at which a word may start: `isSign` starts none, `isOpen` is a bracket that may contain a
 * level, 0 starts one.
 */
const starts: Uint8Array = (() => {
  const table = Uint8Array.from(signs);
  table[ascii.minus] = isSign;
  table[ascii.open] = isOpen;
  table[ascii.less] = isOpen;
  return table;
})();

/** Returns the end of the word that starts at `from`. */
export const wordEnd = (bytes: Uint8Array, from: number, end: number): number => {
  const limit = end - from > longest ? from + longest : end;
  // A word has at least one byte, whatever it is.
  let index = from + 1;
  while (index < limit && signs[bytes[index] ?? 0] === 0) index++;
  return index;
};

/** Position of a word in its line, which ends at `end`. */
interface WordSpan {
  readonly from: number;
  readonly to: number;
  readonly end: number;
  /** Words of the search before it. */
  readonly words: number;
}

/**
 * Reads a word as the level: in capitals, before a colon, or unambiguous as the first word. 'error::of' is a
 * path.
 */
export const scanLevelWord = (scan: HeadScan, bytes: Uint8Array, word: WordSpan): boolean => {
  const { from, to, end } = word;
  const known = levelAt(bytes, from, to);
  // Runs for most words of most lines.
  if (known === 0 && !isCapitalByte(bytes[from] ?? 0)) return false;
  const level = known || levelOfWordInPlace(bytes, word);
  if (level === 0) return isWarning(scan, bytes, word);
  const next = byteAt(bytes, to, end);
  if (next === ascii.equals || (next === ascii.colon && byteAt(bytes, to + 1, end) === ascii.colon))
    return false;
  if (!isInCapitals(bytes, from, to) && !isAtLevelPlace(scan, bytes, word, next)) return false;
  scan.levelIs(level, from, to);
  return true;
};

/** 'CONFIG: …' and '| SUCCESS |': words in capitals that are levels only as the first word. */
const levelOfWordInPlace = (bytes: Uint8Array, { from, to, end, words }: WordSpan): number => {
  if (words > 0 || byteAt(bytes, to, end) === ascii.equals) return 0;
  return levelOfOwnWord(bytes, from, to);
};

/** 'a.py:12: DeprecationWarning: …' of Python, '(node:7) Warning: …' of Node.js. */
const isWarning = (scan: HeadScan, bytes: Uint8Array, { from, to, end }: WordSpan): boolean => {
  if (scan.timeTo > 0 || byteAt(bytes, to, end) !== ascii.colon || !isWarningName(bytes, from, to))
    return false;
  scan.levelIs(levelCode('warn'), from, from);
  return true;
};

/** Returns the last byte before a word that is no blank; 0 at the begin of its line. */
const byteBefore = (bytes: Uint8Array, from: number): number => {
  let index = from - 1;
  while (index >= 0 && isBlankByte(bytes[index] ?? 0)) index--;
  return bytes[index] ?? 0;
};

/**
 * True: a word in small letters stands where loggers write the level: first and unambiguous, or before a colon as the first
 * word, after a name and a time, after brackets, or after a name with a colon ('ld: warning: …'). In 'Stack trace:' and
 * 'Is this critical: no' it is prose.
 */
const isAtLevelPlace = (
  { timeTo }: HeadScan,
  bytes: Uint8Array,
  { from, to, words }: WordSpan,
  next: number,
): boolean => {
  if (words === 0) return next === ascii.colon || isUnambiguousLevel(bytes, from, to);
  const before = byteBefore(bytes, from);
  if (next !== ascii.colon) return words === 1 && isBetweenSigns(bytes, { from, to, before });
  if (words === 1 && timeTo > 0 && isUnambiguousLevel(bytes, from, to)) return true;
  return (
    before === ascii.colon || before === ascii.closeRound || before === ascii.close || before === ascii.pipe
  );
};

/** 'kern  :err   : …' of dmesg, 'Puppet (err): …'. */
const isBetweenSigns = (
  bytes: Uint8Array,
  { from, to, before }: { readonly from: number; readonly to: number; readonly before: number },
): boolean => {
  const next = bytes[to] ?? 0;
  if (before === 40 && next === ascii.closeRound) return bytes[to + 1] === ascii.colon;
  if (before !== ascii.colon || bytes[from - 1] !== ascii.colon || !isBlankByte(next)) return false;
  return bytes[skipBlanks(bytes, to, to + 9)] === ascii.colon;
};

const log = asciiBytes('LOG');
const details = ['DETAIL', 'HINT', 'STATEMENT', 'CONTEXT', 'QUERY', 'LOCATION'].map(asciiBytes);

/**
 * PostgreSQL's own words, each followed by a colon and two spaces: LOG, and those that continue the previous
 * line.
 */
const takePostgres = (scan: HeadScan, bytes: Uint8Array, from: number, to: number, end: number): boolean => {
  if (to + 3 > end || bytes[to] !== ascii.colon) return false;
  if (bytes[to + 1] !== ascii.blank || bytes[to + 2] !== ascii.blank) return false;
  if (to - from === log.length && startsWithAt(bytes, from, to, log)) {
    scan.levelIs(levelCode('info'), from, to);
    return true;
  }
  scan.isDetail = details.some((word) => word.length === to - from && startsWithAt(bytes, from, to, word));
  return scan.isDetail;
};

/** Search limits: a level name further on is part of the message. */
const wordsAtMost = 10;
const bytesAtMost = 512;

/** '"GET /x HTTP/1.1" 503' directly after the time: the level of an HTTP response. */
const takeResponse = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  let index = from + 1;
  while (index < end && bytes[index] !== ascii.quote) index += bytes[index] === ascii.backslash ? 2 : 1;
  const status = index + 2;
  if (status + 3 > end || bytes[index + 1] !== ascii.blank) return false;
  if (!takeStatus(scan, bytes, status, end)) return false;
  scan.shape = 'access';
  return true;
};

/** Reads 'level=error' among words. */
const takePair = (scan: HeadScan, bytes: Uint8Array, from: number, equals: number, end: number): boolean => {
  if (keyMeaning(bytes, from, equals) !== KeyMeaning.level) return false;
  const quote = byteAt(bytes, equals + 1, end) === ascii.quote ? 1 : 0;
  if (equals + 1 + quote >= end) return false;
  const to = wordEnd(bytes, equals + 1 + quote, end);
  const level = levelOfKeyword(bytes, equals + 1 + quote, to);
  if (level !== 0) scan.levelIs(level, equals + 1 + quote, to);
  return level !== 0;
};

/** Redis: '1:M 04 Mar 2026 10:15:07.123 # …'. */
const takeMark = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (from + 3 > end || bytes[from] !== ascii.blank || bytes[from + 2] !== ascii.blank) return false;
  const level = levelOfRedisMark(bytes[from + 1] ?? 0);
  if (level !== 0) scan.levelIs(level, from + 1, from + 2);
  return level !== 0;
};

/** Index of the severity among the columns of PostgreSQL's csvlog; the time is 0. Source: PostgreSQL, Error Reporting and Logging. */
const severityColumn = 11;

const takeCsvSeverity = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  let column = 0;
  let isQuoted = false;
  let begin = from;
  for (let index = from; index < end && column <= severityColumn; index++) {
    if (bytes[index] === ascii.quote) isQuoted = !isQuoted;
    if (bytes[index] !== ascii.comma || isQuoted) continue;
    if (column === severityColumn) {
      const isLog = index - begin === log.length && startsWithAt(bytes, begin, index, log);
      const level = isLog ? levelCode('info') : levelAt(bytes, begin, index);
      if (level !== 0) scan.levelIs(level, begin, index);
      return level !== 0;
    }
    column++;
    begin = index + 1;
  }
  return false;
};

/** Celery: 'ERROR/MainProcess' behind a time with a colon. */
const takeCelery = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  let to = from;
  while (to < end && isCapitalByte(bytes[to] ?? 0)) to++;
  const level = byteAt(bytes, to, end) === ascii.slash ? levelAt(bytes, from, to) : 0;
  if (level !== 0) scan.levelIs(level, from, to);
  return level !== 0;
};

/** True: what follows a letter shows that it is a level: a bar, the component of MongoDB, the tag of Android. */
const isBehindLetter = (bytes: Uint8Array, from: number, end: number): boolean => {
  const index = skipBlanks(bytes, from, end);
  if (byteAt(bytes, index, end) === ascii.pipe || bytes[from - 1] === 33) return true;
  // Semantic Logger: 'E [7:puma 001] Shop::Refund -- …'.
  if (byteAt(bytes, index, end) === ascii.open && isDigitByte(byteAt(bytes, index + 1, end))) return true;
  const to = index < end ? wordEnd(bytes, index, end) : index;
  if (to - index > 2 && isInCapitals(bytes, index, to) && isBlankByte(byteAt(bytes, to, end))) return true;
  return (
    byteAt(bytes, to, end) === ascii.colon || byteAt(bytes, skipBlanks(bytes, to, end), end) === ascii.colon
  );
};

/** capnslog has critical errors. */
const levelOfCritical = (bytes: Uint8Array, from: number, end: number): number =>
  bytes[from] === 67 && byteAt(bytes, from + 2, end) === ascii.pipe ? levelCode('fatal') : 0;

/** '… W | etcdserver: slow' of capnslog, '… E  NETWORK  [conn1]' of MongoDB, '…  1702  2395 E Tag: …' of Android. */
const takeLetter = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  let index = skipBlanks(bytes, from, end);
  for (let number = 0; number < 2 && isDigitByte(byteAt(bytes, index, end)); number++) {
    while (isDigitByte(byteAt(bytes, index, end))) index++;
    index = skipBlanks(bytes, index, end);
  }
  if (!isCapitalByte(byteAt(bytes, index, end))) return false;
  const letter = bytes[index] ?? 0;
  // MongoDB's debug has a digit appended, and Telegraf's letters a mark.
  const behind = byteAt(bytes, index + 1, end);
  const to = isDigitByte(behind) || behind === 33 ? index + 2 : index + 1;
  const level = levelOfLetter(letter) || levelOfAndroidLetter(letter) || levelOfCritical(bytes, index, end);
  if (level === 0 || byteAt(bytes, to, end) !== ascii.blank || !isBehindLetter(bytes, to, end)) return false;
  scan.levelIs(level, index, index + 1);
  return true;
};

/**
 * Reads what directly follows the time and is not a word: Redis' mark or an HTTP response. Returns true to
 * end the search.
 */
const takeSign = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (scan.layout === 'day-first' && takeMark(scan, bytes, from, end)) return true;
  if (byteAt(bytes, from, end) === ascii.colon) return takeCelery(scan, bytes, from + 2, end);
  // Most lines go on with a blank and a word, and none of these.
  const next = byteAt(bytes, from + 1, end);
  if (isBlankByte(next) || !isLetterByte(byteAt(bytes, from + 2, end))) {
    if (byteAt(bytes, from, end) === ascii.comma) return takeCsvSeverity(scan, bytes, from, end);
    if (takeLetter(scan, bytes, from, end) || takeStatusBetweenBars(scan, bytes, from, end)) return true;
  }
  // Behind a blank, or behind the bracket of the time.
  const mark = next === 102 ? from + 1 : from + 2;
  if (bytes[mark] === 102 && isFailMark(bytes, mark, end)) {
    scan.levelIs(levelCode('error'), mark, mark);
    return true;
  }
  const text = next === 80 ? from + 1 : from + 2;
  if ((next === 80 || next === ascii.blank) && scanPhpError(scan, bytes, text, end)) return true;
  let index = from;
  while (index < end && index < from + 4 && bytes[index] !== ascii.quote) index++;
  return (
    byteAt(bytes, index, end) === ascii.quote &&
    (takeResponse(scan, bytes, index, end) || scan.layout === 'clf')
  );
};

/** Monolog: 'channel.ERROR:'. */
const scanChannelLevel = (scan: HeadScan, bytes: Uint8Array, from: number, to: number): boolean => {
  let begin = to;
  while (begin > from && bytes[begin - 1] !== ascii.dot) begin--;
  if (begin === from || !isInCapitals(bytes, begin, to)) return false;
  const level = levelAt(bytes, begin, to);
  if (level !== 0) scan.levelIs(level, begin, to);
  return level !== 0;
};

/** Reads one word as the level, or as the key of the level. */
const takeWord = (scan: HeadScan, bytes: Uint8Array, word: WordSpan): boolean => {
  if (scanLevelWord(scan, bytes, word)) return true;
  const { from, to, end } = word;
  const next = byteAt(bytes, to, end);
  if (next === ascii.colon && scan.timeTo > 0 && scanChannelLevel(scan, bytes, from, to)) return true;
  if (next === ascii.equals) return takePair(scan, bytes, from, to, end);
  if (next === ascii.colon && takePair(scan, bytes, from, to, end)) return true;
  return next === ascii.colon && scan.timeTo > 0 && takePostgres(scan, bytes, from, to, end);
};

/** '… [04/Mar/2026:10:15:07 +0000] "GET / HTTP/1.1" 200': a time after an address and a user. */
const takeAccess = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (from + 22 > end || bytes[from + 3] !== ascii.slash || !scan.takeTime(bytes, from + 1, end))
    return false;
  takeSign(scan, bytes, scan.timeTo, end);
  return true;
};

/** Returns the offset after a pair of brackets; 0 if the brackets contained the level. */
const afterBrackets = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): number => {
  if (scanBracketedLevel(scan, bytes, from, end)) return 0;
  return bytes[from] === ascii.open ? Math.max(from + 1, closingBracket(bytes, from, end)) : from + 1;
};

/** Returns the offset after an opening bracket, or a pair of brackets; 0 to end the search. */
const afterOpen = (scan: HeadScan, bytes: Uint8Array, from: number, limit: number): number =>
  scan.timeTo === 0 && takeAccess(scan, bytes, from, limit) ? 0 : afterBrackets(scan, bytes, from, limit);

const afterSigns = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  while (index < end && starts[bytes[index] ?? 0] === isSign) index++;
  return index;
};

/** True when a word may be a level or the key of one. */
const mayBeLevel = (first: number, length: number, next: number): boolean =>
  (length < 14 && canStartLevel(first)) || next === ascii.equals || next === ascii.colon;

/**
 * Reads the level after the time, or at the start of a line without one: among the first words, in brackets,
 * in capitals or before a colon. The first one found wins, so that the message counts last.
 */
export const scanLevel = (scan: HeadScan, bytes: Uint8Array, from: number, limit: number): void => {
  const end = Math.min(limit, from + bytesAtMost);
  if (scan.timeTo > 0 ? takeSign(scan, bytes, from, limit) : scanRuntimeError(scan, bytes, from, end)) return;
  let words = 0;
  // Avoids calls for words that cannot be a level, because this runs for every line without one.
  for (
    let index = afterSigns(bytes, from, end);
    index < end && words < wordsAtMost;
    index = afterSigns(bytes, index, end)
  ) {
    const first = bytes[index] ?? 0;
    if (starts[first] === isOpen) {
      index = afterOpen(scan, bytes, index, limit);
      if (index === 0) return;
      continue;
    }
    const to = wordEnd(bytes, index, end);
    const isCandidate = mayBeLevel(first, to - index, byteAt(bytes, to, limit));
    if (isCandidate && takeWord(scan, bytes, { from: index, to, end: limit, words })) return;
    if ((first | 32) >= 97) words++;
    index = to;
  }
};
