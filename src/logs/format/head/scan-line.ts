import {
  ascii,
  byteAt,
  isBlankByte,
  isDigitByte,
  isLetterByte,
  parseTwoDigits,
  skipBlanks,
} from './ascii.ts';
import type { HeadScan } from './head-scan.ts';
import { levelAt, levelOfLetter, levelOfNumber } from './level-words.ts';
import { KeyMeaning, keyMeaning, scanJson, scanTimeValue } from './scan-json.ts';
import { closingBracket, scanBracketedLevel, scanLevel, scanLevelWord, wordEnd } from './scan-level.ts';

/**
 * Maximum number of tokens before a time. The time of an access line is found during the search for its
 * level.
 */
const prefixTokens = 4;

/** Parses a time at this position, optionally in brackets. */
const timeHere = (scan: HeadScan, bytes: Uint8Array, at: number, end: number): boolean => {
  const first = byteAt(bytes, at, end);
  return scan.takeTime(bytes, first === ascii.open || first === 40 ? at + 1 : at, end);
};

/** Parses syslog's '<34>', with or without the '1' of RFC 5424; returns the offset after it. */
const afterPriority = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): number => {
  let at = from + 1;
  let value = 0;
  for (; at < end && at < from + 4 && isDigitByte(bytes[at] ?? 0); at++)
    value = value * 10 + (bytes[at] ?? 0) - 48;
  if (byteAt(bytes, at, end) !== ascii.greater || at === from + 1 || value > 191) return from;
  scan.levelIs(levelOfNumber(value & 7), from, at + 1);
  const isVersioned = byteAt(bytes, at + 1, end) === 49 && byteAt(bytes, at + 2, end) === ascii.blank;
  return isVersioned ? at + 3 : at + 1;
};

/** 'E,': prefix of Ruby's logger. */
const isRubyLetter = (bytes: Uint8Array, at: number, end: number): boolean =>
  at + 3 <= end &&
  bytes[at + 1] === ascii.comma &&
  isLetterByte(bytes[at] ?? 0) &&
  bytes[at + 2] === ascii.blank;

/** Skips a number, or Redis' '1:M'. */
const afterNumber = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  while (at < end && at < from + 10 && isDigitByte(bytes[at] ?? 0)) at++;
  if (byteAt(bytes, at, end) === ascii.colon) at += isLetterByte(byteAt(bytes, at + 1, end)) ? 2 : 1;
  return isBlankByte(byteAt(bytes, at, end)) ? at : from;
};

/** 'billing-1  | ': name prefix of Docker Compose. */
const afterName = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  while (at < end && at < from + 64 && !isBlankByte(bytes[at] ?? 0)) at++;
  const bar = skipBlanks(bytes, at, end);
  return byteAt(bytes, bar, end) === ascii.pipe ? bar + 1 : from;
};

/** Skips one token that may precede a time and reads it if it is a level; returns `from` without a token. */
const afterPrefix = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): number => {
  if (byteAt(bytes, from, end) === ascii.open) {
    if (scan.level === 0) scanBracketedLevel(scan, bytes, from, end);
    return closingBracket(bytes, from, end);
  }
  if (isRubyLetter(bytes, from, end)) return from + 2;
  if (isDigitByte(byteAt(bytes, from, end))) return afterNumber(bytes, from, end);
  if (from >= end) return from;
  const to = wordEnd(bytes, from, end);
  if (scan.level === 0 && scanLevelWord(scan, bytes, { from, to, end, isFirst: true }))
    return byteAt(bytes, to, end) === ascii.colon ? to + 1 : to;
  return afterName(bytes, from, end);
};

const findTime = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (timeHere(scan, bytes, from, end)) return true;
  let at = from;
  for (let token = 0; token < prefixTokens; token++) {
    const to = afterPrefix(scan, bytes, at, end);
    if (to === at) break;
    at = skipBlanks(bytes, to, end);
    if (timeHere(scan, bytes, at, end)) return true;
  }
  return false;
};

/** Reads time and level of a text line. */
const scanText = (scan: HeadScan, bytes: Uint8Array, begin: number, end: number): void => {
  const from = bytes[begin] === ascii.less ? afterPriority(scan, bytes, begin, end) : begin;
  const hasPriority = from > begin;
  if (findTime(scan, bytes, from, end)) {
    if (scan.level === 0) scanLevel(scan, bytes, scan.timeTo, end);
    return;
  }
  if (hasPriority) return;
  // Discards a level found while searching for a time, and searches again.
  scan.levelIs(0, 0, 0);
  scanLevel(scan, bytes, from, end);
};

/** For a line that starts with several spaces or a tab. */
const scanIndented = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): void => {
  if (timeHere(scan, bytes, from, end)) scanLevel(scan, bytes, scan.timeTo, end);
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
  let at = from;
  while (at < end && isKeyByte(bytes[at] ?? 0)) at++;
  return at;
};

/** Returns the end of a value: its closing quote, or the next blank. */
const afterPlain = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  if (byteAt(bytes, at, end) === ascii.quote) {
    for (at++; at < end && bytes[at] !== ascii.quote; at++) if (bytes[at] === ascii.backslash) at++;
    return Math.min(end, at + 1);
  }
  while (at < end && !isBlankByte(bytes[at] ?? 0)) at++;
  return at;
};

const takePair = (
  scan: HeadScan,
  bytes: Uint8Array,
  { key, equals, to, end }: { key: number; equals: number; to: number; end: number },
): void => {
  const meaning = keyMeaning(bytes, key, equals);
  const value = equals + 1;
  // A time may contain a space without being quoted.
  if (meaning === KeyMeaning.time && scan.timeTo === 0) scanTimeValue(scan, bytes, value, end);
  else if (meaning === KeyMeaning.level && scan.level === 0) {
    const quote = byteAt(bytes, value, end) === ascii.quote ? 1 : 0;
    const level = levelAt(bytes, value + quote, to - quote);
    if (level !== 0) scan.levelIs(level, value, to);
  }
};

/** Parses `key=value` pairs from the start; at least one must be a time or a level. */
const scanLogfmt = (scan: HeadScan, bytes: Uint8Array, from: number, limit: number): boolean => {
  if (isDigitByte(bytes[from] ?? 0)) return false;
  const end = Math.min(limit, from + maxLogfmtBytes);
  const first = afterKey(bytes, from, end);
  if (first === from || byteAt(bytes, first, end) !== ascii.equals) return false;
  for (let at = from; at < end; ) {
    const equals = afterKey(bytes, at, end);
    const isPair = equals > at && byteAt(bytes, equals, end) === ascii.equals;
    const to = afterPlain(bytes, isPair ? equals + 1 : equals, end);
    if (isPair) takePair(scan, bytes, { key: at, equals, to, end });
    if (scan.timeTo > 0 && scan.level > 0) break;
    at = skipBlanks(bytes, to, end);
  }
  if (scan.timeTo === 0 && scan.level === 0) return false;
  scan.shape = 'logfmt';
  return true;
};

/** 'E0304 10:15:07.123456': the head of klog and glog. */
const scanKlog = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  const level = levelOfLetter(bytes[from] ?? 0);
  if (level === 0 || from + 14 > end || bytes[from + 5] !== ascii.blank) return false;
  const month = parseTwoDigits(bytes, from + 1);
  const day = parseTwoDigits(bytes, from + 3);
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  if (!scan.time.ofDay(bytes, from + 6, end, month, day)) return false;
  scan.shape = 'klog';
  scan.layout = 'syslog';
  scan.timeIs(scan.time.at, from + 1, scan.time.end);
  scan.levelIs(level, from, from + 1);
  return true;
};

/** Maximum bytes of a line to parse. */
export const maxHeadBytes = 16_384;

/**
 * Reads time and level of one line from its bytes alone. Other lines of its stream have no influence, so a
 * line is parsed the same everywhere. Never throws.
 */
export const scanLine = (scan: HeadScan, bytes: Uint8Array, begin: number, end: number): void => {
  scan.clear();
  const limit = Math.min(end, begin + maxHeadBytes);
  const from = skipBlanks(bytes, begin, limit);
  if (from >= limit) return;
  if (bytes[from] === ascii.brace && scanJson(scan, bytes, from, limit)) return;
  // An indented line has a time at its start, or no head at all.
  const isIndented = from > begin + 1 || bytes[begin] === ascii.tab;
  if (isIndented) scanIndented(scan, bytes, from, limit);
  else if (!scanKlog(scan, bytes, from, limit) && !scanLogfmt(scan, bytes, from, limit))
    scanText(scan, bytes, from, limit);
};
