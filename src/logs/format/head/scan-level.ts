import { levelCode } from '../../../domain/facts/log-level.ts';
import {
  ascii,
  asciiBytes,
  byteAt,
  isBlankByte,
  isCapitalByte,
  isDigitByte,
  isLetterByte,
  prefixTable,
  skipBlanks,
  startsWithAt,
} from './ascii.ts';
import type { HeadScan } from './head-scan.ts';
import {
  canStartLevel,
  isUnambiguousLevel,
  isWarningName,
  levelAt,
  levelOfAndroidLetter,
  levelOfHttpStatus,
  levelOfKeyword,
  levelOfLetter,
  levelOfMysqlWord,
  levelOfOwnWord,
  levelOfRedisMark,
  scanPhpError,
  scanRuntimeError,
} from './level-words.ts';
import { KeyMeaning, keyMeaning } from './scan-json.ts';

const maxBracketLength = 160;

/** Returns the offset after the matching closing bracket, or `from`. */
export const closingBracket = (bytes: Uint8Array, from: number, end: number): number => {
  const limit = Math.min(end, from + maxBracketLength);
  let depth = 0;
  for (let index = from; index < limit; index++) {
    if (bytes[index] === ascii.open) depth++;
    else if (bytes[index] === ascii.close && --depth === 0) return index + 1;
  }
  return from;
};

/** Reads a level that is alone in brackets: '[error]', '[INFO ]', Apache's '[core:error]'. */
export const scanBracketedLevel = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const limit = Math.min(end, from + 32);
  let begin = from + 1;
  while (begin < limit && isBlankByte(bytes[begin] ?? 0)) begin++;
  let index = begin;
  while (
    index < limit &&
    bytes[index] !== ascii.close &&
    bytes[index] !== ascii.greater &&
    !isBlankByte(bytes[index] ?? 0)
  )
    if (bytes[index++] === ascii.colon) begin = index;
  let close = index;
  while (close < limit && isBlankByte(bytes[close] ?? 0)) close++;
  const behind = byteAt(bytes, close, limit);
  if (behind !== ascii.close && behind !== ascii.greater)
    return scanLevelBehindThread(scan, bytes, from, end);
  const isLetter = index - begin === 1 && begin === from + 1;
  const level = isLetter
    ? levelOfLetter(bytes[begin] ?? 0)
    : levelAt(bytes, begin, index) || levelOfMysqlWord(bytes, begin, index);
  if (level !== 0) {
    scan.levelIs(level, begin, index);
    return true;
  }
  return scanLevelOfPart(scan, bytes, from + 1, index);
};

/** 'ERROR:charge' and 'main/ERROR': a level in capitals with a name, divided by a colon or a slash. */
const scanLevelOfPart = (scan: HeadScan, bytes: Uint8Array, from: number, to: number): boolean => {
  for (let begin = from; begin < to; ) {
    let end = begin;
    while (end < to && bytes[end] !== ascii.colon && bytes[end] !== ascii.slash) end++;
    const level = isInCapitals(bytes, begin, end) ? levelAt(bytes, begin, end) : 0;
    if (level !== 0 && (begin > from || end < to)) {
      scan.levelIs(level, begin, end);
      return true;
    }
    begin = end + 1;
  }
  return false;
};

/** '[Server thread/WARN]' of Minecraft. */
const scanLevelBehindThread = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const close = closingBracket(bytes, from, Math.min(end, from + 64)) - 1;
  let slash = close;
  while (slash > from && bytes[slash] !== ascii.slash) slash--;
  return slash > from && scanLevelOfPart(scan, bytes, slash, close);
};

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

const isInCapitals = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let index = from; index < to; index++) {
    const byte = bytes[index] ?? 0;
    if (!isCapitalByte(byte) && !(byte >= 49 && byte <= 53 && index === to - 1)) return false;
  }
  return true;
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

/** Reads the three digits of an HTTP status; 0 if there are none, or more. */
const statusAt = (bytes: Uint8Array, from: number, end: number): number => {
  if (from + 3 > end || isDigitByte(byteAt(bytes, from + 3, end))) return 0;
  const a = (bytes[from] ?? 0) - 48;
  const b = (bytes[from + 1] ?? 0) - 48;
  const c = (bytes[from + 2] ?? 0) - 48;
  if (a < 1 || a > 5 || b < 0 || b > 9 || c < 0 || c > 9) return 0;
  return a * 100 + b * 10 + c;
};

const takeStatus = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const level = levelOfHttpStatus(statusAt(bytes, from, end));
  if (level !== 0) scan.levelIs(level, from, from + 3);
  return level !== 0;
};

/** Gin: ' | 502 |' behind the time. */
const takeStatusBetweenBars = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean =>
  byteAt(bytes, from + 1, end) === ascii.pipe &&
  byteAt(bytes, from + 7, end) === ascii.pipe &&
  takeStatus(scan, bytes, from + 3, end);

const methods = prefixTable(
  'GET POST PUT DELETE HEAD PATCH OPTIONS CONNECT PROPFIND'.split(' ').map((method) => `${method} `),
);

/** HAProxy and load balancers of Amazon: '… 503 2750 - - "GET / HTTP/1.1"': the status is the first number of three digits before the request. */
const takeStatusBeforeRequest = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  for (let index = from; index < end; index++) {
    if (bytes[index] !== ascii.quote) continue;
    if (methods.at(bytes, index + 1, end) < 0) return false;
    for (let number = from; number < index; number++)
      if (
        bytes[number - 1] === ascii.blank &&
        bytes[number + 3] === ascii.blank &&
        takeStatus(scan, bytes, number, index)
      )
        return true;
    return false;
  }
  return false;
};

/** Returns the begin of the numbers at the end of a line: 'curl/8.5 - 500 0 0 12'. */
const trailingNumbers = (bytes: Uint8Array, from: number, end: number): { at: number; count: number } => {
  let count = 0;
  let at = end;
  for (let index = end; index > from; ) {
    const to = index;
    while (index > from && isDigitByte(bytes[index - 1] ?? 0)) index--;
    if (index === to || bytes[index - 1] !== ascii.blank) break;
    at = index;
    count++;
    index--;
  }
  return { at, count };
};

const leastTrailingNumbers = 4;

/** IIS: '… GET /x - 80 - 10.0.0.9 curl/8.5 - 500 0 0 12': status, substatus, status of Windows, bytes, time taken. */
const takeStatusOfIis = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const { at, count } = trailingNumbers(bytes, from, end);
  return count >= leastTrailingNumbers && takeStatus(scan, bytes, at, end);
};

/** Squid: 'TCP_MISS/503 4190 GET http://…'. */
const takeStatusOfSquid = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const slash = bytes.subarray(0, Math.min(end, from + 100)).indexOf(ascii.slash, from);
  return slash > 0 && isCapitalByte(bytes[slash - 1] ?? 0) && takeStatus(scan, bytes, slash + 1, end);
};

/**
 * Reads the level of a request by its HTTP status, in a line with a time and without a level: before a quoted request that ends or
 * follows, or in the columns of IIS and Squid.
 */
export const scanRequestStatus = (scan: HeadScan, bytes: Uint8Array, end: number): boolean => {
  const last = bytes[end - 1] ?? 0;
  const from = scan.timeTo;
  const isRead =
    last === ascii.quote
      ? takeStatusBeforeRequest(scan, bytes, from, end)
      : isDigitByte(last) && takeStatusOfIis(scan, bytes, from, end);
  return isRead || (scan.layout === 'epoch' && takeStatusOfSquid(scan, bytes, from, end));
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
