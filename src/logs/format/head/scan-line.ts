import { levelCode } from '../../../domain/facts/log-level.ts';
import {
  ascii,
  asciiBytes,
  byteAt,
  isBlankByte,
  isDigitByte,
  isLetterByte,
  parseTwoDigits,
  skipBlanks,
  startsWithAt,
} from './ascii.ts';
import { closingBracket, scanBracketedLevel } from './bracketed-level.ts';
import type { HeadScan } from './head-scan.ts';
import { numberAt } from './json-pairs.ts';
import {
  levelAt,
  levelOfHttpStatus,
  levelOfKeyword,
  levelOfLetter,
  levelOfNumber,
  scanRuntimeError,
} from './level-words.ts';
import { scanRequestStatus } from './request-status.ts';
import { isTimeOfTransport, openBehindName, openBehindTime, openInObject } from './scan-envelope.ts';
import { KeyMeaning, keyMeaning, scanJson, scanTimeValue } from './scan-json.ts';
import { scanLevel, scanLevelWord, wordEnd } from './scan-level.ts';

/**
 * Maximum number of tokens before a time. The time of an access line is found during the search for its
 * level.
 */
const prefixTokens = 4;

/** Parses a time at this position, optionally in brackets. */
const timeHere = (scan: HeadScan, bytes: Uint8Array, index: number, end: number): boolean => {
  const first = byteAt(bytes, index, end);
  return scan.takeTime(bytes, first === ascii.open || first === 40 ? index + 1 : index, end);
};

/** Parses syslog's '<34>', with or without the '1' of RFC 5424; returns the offset after it. */
const afterPriority = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): number => {
  let index = from + 1;
  let value = 0;
  for (; index < end && index < from + 4 && isDigitByte(bytes[index] ?? 0); index++)
    value = value * 10 + (bytes[index] ?? 0) - 48;
  if (byteAt(bytes, index, end) !== ascii.greater || index === from + 1 || value > 191) return from;
  scan.levelIs(levelOfNumber(value & 7), from, index + 1);
  const isVersioned = byteAt(bytes, index + 1, end) === 49 && byteAt(bytes, index + 2, end) === ascii.blank;
  return isVersioned ? index + 3 : index + 1;
};

/** 'E,': prefix of Ruby's logger. */
const isRubyLetter = (bytes: Uint8Array, index: number, end: number): boolean =>
  index + 3 <= end &&
  bytes[index + 1] === ascii.comma &&
  isLetterByte(bytes[index] ?? 0) &&
  bytes[index + 2] === ascii.blank;

/** '[W 10:15:07.123 NotebookApp]': Tornado and Jupyter. */
const isLetterInBracket = (bytes: Uint8Array, index: number, end: number): boolean =>
  levelOfLetter(byteAt(bytes, index + 1, end)) > 0 &&
  byteAt(bytes, index + 2, end) === ascii.blank &&
  isDigitByte(byteAt(bytes, index + 3, end));

/** Skips a number, or Redis' '1:M'. */
const afterNumber = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  while (index < end && index < from + 10 && isDigitByte(bytes[index] ?? 0)) index++;
  if (byteAt(bytes, index, end) === ascii.colon) index += isLetterByte(byteAt(bytes, index + 1, end)) ? 2 : 1;
  return isBlankByte(byteAt(bytes, index, end)) ? index : from;
};

/** 'billing-1  | ': name prefix of Docker Compose. */
const afterName = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  while (index < end && index < from + 64 && !isBlankByte(bytes[index] ?? 0)) index++;
  const bar = skipBlanks(bytes, index, end);
  return byteAt(bytes, bar, end) === ascii.pipe ? bar + 1 : from;
};

/** Skips one token that may precede a time and reads it if it is a level; returns `from` without a token. */
const afterPrefix = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): number => {
  if (byteAt(bytes, from, end) === ascii.open) {
    if (isLetterInBracket(bytes, from, end)) {
      scan.levelIs(levelOfLetter(bytes[from + 1] ?? 0), from + 1, from + 2);
      return from + 2;
    }
    if (scan.level === 0) scanBracketedLevel(scan, bytes, from, end);
    return closingBracket(bytes, from, end);
  }
  if (isRubyLetter(bytes, from, end)) return from + 2;
  if (isDigitByte(byteAt(bytes, from, end))) return afterNumber(bytes, from, end);
  if (from >= end) return from;
  const to = wordEnd(bytes, from, end);
  if (scan.level === 0 && scanLevelWord(scan, bytes, { from, to, end, words: 0 }))
    return byteAt(bytes, to, end) === ascii.colon ? to + 1 : to;
  if (isAheadOfTime(bytes, from, to, end)) return byteAt(bytes, to, end) === ascii.blank ? to : to + 1;
  return afterName(bytes, from, end);
};

/**
 * True for a word directly before a time that is no prose: the name of a pod ('shop-1'), a weekday, a sign, the 'Time:' of MySQL's slow
 * queries, or a word before a time with a 'T'.
 */
const isAheadOfTime = (bytes: Uint8Array, from: number, to: number, end: number): boolean => {
  const sign = byteAt(bytes, to, end);
  const behind = sign === ascii.colon || sign === ascii.comma ? to + 1 : to;
  const time = behind + 1;
  if (byteAt(bytes, behind, end) !== ascii.blank) return false;
  if (to - from === 1) return !isLetterByte(bytes[from] ?? 0);
  if (!isDigitByte(byteAt(bytes, time, end)) || !isDigitByte(byteAt(bytes, time + 1, end))) return false;
  if ((byteAt(bytes, time + 10, end) | 32) === 116 || to - from === 3 || behind > to) return true;
  for (let index = from; index < to; index++)
    if (isDigitByte(bytes[index] ?? 0) || bytes[index] === ascii.minus) return true;
  return false;
};

const findTime = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (timeHere(scan, bytes, from, end)) return true;
  let index = from;
  for (let token = 0; token < prefixTokens; token++) {
    const to = afterPrefix(scan, bytes, index, end);
    if (to === index) break;
    index = skipBlanks(bytes, to, end);
    if (timeHere(scan, bytes, index, end)) return true;
  }
  return false;
};

/** A first look at every line with a time: it ends like an object, 'stdout' and 'stderr' may follow, or its time is that of a transport. */
const mayBeEnvelope = (bytes: Uint8Array, scan: HeadScan, end: number): boolean => {
  const last = bytes[end - 1] ?? 0;
  if (last === ascii.endBrace || last <= ascii.blank || bytes[scan.timeTo + 1] === 115) return true;
  return isTimeOfTransport(bytes, scan);
};

/** Reads time and level of a text line. */
const scanText = (scan: HeadScan, bytes: Uint8Array, begin: number, end: number): void => {
  const from = bytes[begin] === ascii.less ? afterPriority(scan, bytes, begin, end) : begin;
  const hasPriority = from > begin;
  if (bytes[from] === ascii.equals && scanReport(scan, bytes, from, end)) return;
  if (findTime(scan, bytes, from, end)) {
    // An envelope's priority is that of the transport; the line inside knows better.
    if (mayBeEnvelope(bytes, scan, end) && openBehindTime(scan, bytes, end, scanLine)) return;
    if (scan.level === 0) scanLevel(scan, bytes, scan.timeTo, end);
    if (scan.level === 0 || hasPriority) scanRequestStatus(scan, bytes, end);
    return;
  }
  if (bytes[end - 1] === ascii.endBrace && openBehindName(scan, bytes, from, end, scanLine)) return;
  if (hasPriority) return;
  // Discards a level found while searching for a time, and searches again.
  scan.levelIs(0, 0, 0);
  if (isDigitByte(bytes[from] ?? 0) && scanKernelRecord(scan, bytes, from, end)) return;
  scanLevel(scan, bytes, from, end);
  if (scan.level === 0 && scan.timeTo > 0) scanRequestStatus(scan, bytes, end);
};

const report = asciiBytes(' REPORT==== ');
const reportLevels = ['CRASH', 'SUPERVISOR', 'PROGRESS'].map(asciiBytes);
const levelsOfReports = [levelCode('error'), levelCode('error'), levelCode('info')];

/** '=ERROR REPORT==== 4-Mar-2026::10:15:07 ===' of Erlang. */
const scanReport = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const to = wordEnd(bytes, from + 1, end);
  if (!startsWithAt(bytes, to, end, report)) return false;
  const known = reportLevels.findIndex((name) => startsWithAt(bytes, from + 1, to, name));
  scan.takeTime(bytes, to + report.length, end);
  scan.levelIs(levelAt(bytes, from + 1, to) || (levelsOfReports[known] ?? 0), from + 1, to);
  return true;
};

/** '3,1234,12345678901,-;message' of /dev/kmsg: the priority of syslog, a number, microseconds since the start. */
const scanKernelRecord = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  let fields = 0;
  let index = from;
  for (; index < end && index < from + 60 && bytes[index] !== 59; index++)
    if (bytes[index] === ascii.comma) fields++;
    else if (fields < 3 && !isDigitByte(bytes[index] ?? 0)) return false;
  if (fields < 3 || byteAt(bytes, index, end) !== 59) return false;
  scan.levelIs(levelOfNumber(numberAt(bytes, from, end) & 7), from, index + 1);
  return true;
};

/** For a line that starts with several spaces or a tab. */
const scanIndented = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): void => {
  if (timeHere(scan, bytes, from, end)) scanLevel(scan, bytes, scan.timeTo, end);
  // Groups of exceptions of Python begin with a tree.
  else if (bytes[from] === ascii.plus) scanRuntimeError(scan, bytes, from, end);
};

/** Maximum bytes searched: longer lines have time and level at their start. */
const maxLogfmtBytes = 4096;

const isKeyByte = (byte: number): boolean =>
  isLetterByte(byte) ||
  isDigitByte(byte) ||
  byte === ascii.dot ||
  byte === ascii.minus ||
  byte === 95 ||
  byte === 64;

const afterKey = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  while (index < end && isKeyByte(bytes[index] ?? 0)) index++;
  return index;
};

/** structlog writes values like Python: `event='refund is slow'`. */
const apostrophe = 39;
const auditTime = asciiBytes('audit(');

/** Returns the end of a value: its closing quote, or the next blank. */
const afterPlain = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  const quote = byteAt(bytes, index, end);
  if (quote === ascii.quote || quote === apostrophe) {
    for (index++; index < end && bytes[index] !== quote; index++)
      if (bytes[index] === ascii.backslash) index++;
    return Math.min(end, index + 1);
  }
  while (index < end && !isBlankByte(bytes[index] ?? 0)) index++;
  return index;
};

const takePair = (
  scan: HeadScan,
  bytes: Uint8Array,
  { key, equals, to, end }: { key: number; equals: number; to: number; end: number },
): void => {
  const meaning = keyMeaning(bytes, key, equals);
  const value = equals + 1;
  const first = byteAt(bytes, value, end);
  const quote = first === ascii.quote || first === apostrophe ? 1 : 0;
  // A time may contain a space without being quoted.
  if (meaning === KeyMeaning.time && scan.timeTo === 0)
    scanTimeValue(scan, bytes, first === apostrophe ? value + 1 : value, end);
  else if (meaning === KeyMeaning.level && scan.level === 0) {
    const level = levelOfKeyword(bytes, value + quote, to - quote);
    if (level !== 0) scan.levelIs(level, value, to);
  } else if (meaning === KeyMeaning.request) request.isNamed = true;
  else if (meaning === KeyMeaning.status) request.status = numberAt(bytes, value + quote, to);
  // The audit daemon writes 'msg=audit(1772619307.123:456): …'.
  else if (startsWithAt(bytes, value, end, auditTime) && scan.timeTo === 0)
    scanTimeValue(scan, bytes, value + auditTime.length, end);
};

/** Pairs of the line that is scanned: a request beside a status is an access log, whose level is that of the status. */
const request = { status: 0, isNamed: false };

/** Parses `key=value` pairs from the start; at least one must be a time or a level. */
const scanLogfmt = (scan: HeadScan, bytes: Uint8Array, from: number, limit: number): boolean => {
  if (isDigitByte(bytes[from] ?? 0)) return false;
  const end = Math.min(limit, from + maxLogfmtBytes);
  const first = afterKey(bytes, from, end);
  if (first === from || byteAt(bytes, first, end) !== ascii.equals) return false;
  request.status = 0;
  request.isNamed = false;
  for (let index = from; index < end; ) {
    const equals = afterKey(bytes, index, end);
    const isPair = equals > index && byteAt(bytes, equals, end) === ascii.equals;
    const to = afterPlain(bytes, isPair ? equals + 1 : equals, end);
    if (isPair) takePair(scan, bytes, { key: index, equals, to, end });
    if (scan.timeTo > 0 && scan.level > 0) break;
    index = skipBlanks(bytes, to, end);
  }
  if (scan.level === 0 && request.isNamed && request.status >= 100 && request.status < 600)
    scan.levelIs(levelOfHttpStatus(request.status), 0, 0);
  if (scan.timeTo === 0 && scan.level === 0) return false;
  scan.shape = 'logfmt';
  return true;
};

/** Abseil writes seconds since 1970 before its time zone is known. */
const epochDay = asciiBytes('0000 00:00:');

/** Reads the date and the time after the letter of klog: 'mmdd', 'yymmdd' of CockroachDB, 'yyyymmdd' of later glog. */
const takeShortDate = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (bytes[from + 6] === ascii.blank) return scan.time.ofShortDate(bytes, from, 0, from + 7, end);
  if (bytes[from + 8] === ascii.blank && bytes[from] === 50 && bytes[from + 1] === ascii.zero)
    return scan.time.ofShortDate(bytes, from + 2, 0, from + 9, end);
  if (bytes[from + 4] !== ascii.blank) return false;
  if (startsWithAt(bytes, from, end, epochDay)) return scan.time.read(bytes, from + epochDay.length, end);
  const month = parseTwoDigits(bytes, from);
  const day = parseTwoDigits(bytes, from + 2);
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  return scan.time.ofDay(bytes, from + 5, end, month, day);
};

/** 'E0304 10:15:07.123456': the head of klog and glog. */
const scanKlog = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const level = levelOfLetter(bytes[from] ?? 0);
  if (level === 0 || from + 14 > end || !isDigitByte(bytes[from + 1] ?? 0)) return false;
  if (!takeShortDate(scan, bytes, from + 1, end)) return false;
  scan.shape = 'klog';
  scan.layout = 'syslog';
  scan.timeIs(scan.time.at, from + 1, scan.time.end);
  scan.levelIs(level, from, from + 1);
  return true;
};

const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

/** Maximum bytes of a line to parse. */
export const maxHeadBytes = 16_384;

/**
 * Reads time and level of one line from its bytes alone. Other lines of its stream have no influence, so a
 * line is parsed the same everywhere. Never throws.
 */
export const scanLine = (scan: HeadScan, bytes: Uint8Array, begin: number, end: number): void => {
  scan.clear();
  const limit = Math.min(end, begin + maxHeadBytes);
  const start = startsWithAt(bytes, begin, limit, byteOrderMark) ? begin + byteOrderMark.length : begin;
  const from = skipBlanks(bytes, start, limit);
  if (from >= limit) return;
  if (bytes[from] === ascii.brace && scanJson(scan, bytes, from, limit)) {
    if (scan.level === 0 || scan.isPriority) openInObject(scan, bytes, from, limit, scanLine);
    return;
  }
  // An indented line has a time at its start, or no head at all.
  const isIndented = from > start + 1 || bytes[start] === ascii.tab;
  if (isIndented) scanIndented(scan, bytes, from, limit);
  else if (!scanKlog(scan, bytes, from, limit) && !scanLogfmt(scan, bytes, from, limit))
    scanText(scan, bytes, from, limit);
};
