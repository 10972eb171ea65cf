import { afterBlanks, ascii, byteAt, isBlank, isDigit, isLetter } from './ascii.ts';
import { closeOf, levelInBrackets } from './brackets.ts';
import { levelOfNumber } from './level-word.ts';
import type { Scan } from './scan.ts';
import { lookForLevel } from './scan-words.ts';
import { levelWordAt, wordEnd } from './words.ts';

/** So many things may stand in front of a time. That of an access line is met when its level is sought. */
const prefixTokens = 4;

/** The time that stands here, in brackets or not. */
const timeHere = (scan: Scan, bytes: Uint8Array, at: number, end: number): boolean => {
  const first = byteAt(bytes, at, end);
  return scan.takeTime(bytes, first === ascii.open || first === 40 ? at + 1 : at, end);
};

/** Syslog's '<34>', with the '1' of RFC 5424 or without: where what follows begins. */
const afterPriority = (scan: Scan, bytes: Uint8Array, from: number, end: number): number => {
  let at = from + 1;
  let value = 0;
  for (; at < end && at < from + 4 && isDigit(bytes[at] ?? 0); at++)
    value = value * 10 + (bytes[at] ?? 0) - 48;
  if (byteAt(bytes, at, end) !== ascii.greater || at === from + 1 || value > 191) return from;
  scan.levelIs(levelOfNumber(value & 7), from, at + 1);
  const isVersioned = byteAt(bytes, at + 1, end) === 49 && byteAt(bytes, at + 2, end) === ascii.blank;
  return isVersioned ? at + 3 : at + 1;
};

/** 'E,': how Ruby's logger begins a line. */
const isRubyLetter = (bytes: Uint8Array, at: number, end: number): boolean =>
  at + 3 <= end && bytes[at + 1] === ascii.comma && isLetter(bytes[at] ?? 0) && bytes[at + 2] === ascii.blank;

/** A number, or Redis' '1:M'. */
const afterNumber = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  while (at < end && at < from + 10 && isDigit(bytes[at] ?? 0)) at++;
  if (byteAt(bytes, at, end) === ascii.colon) at += isLetter(byteAt(bytes, at + 1, end)) ? 2 : 1;
  return isBlank(byteAt(bytes, at, end)) ? at : from;
};

/** 'billing-1  | ': as Compose puts names in front. */
const afterName = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  while (at < end && at < from + 64 && !isBlank(bytes[at] ?? 0)) at++;
  const bar = afterBlanks(bytes, at, end);
  return byteAt(bytes, bar, end) === ascii.pipe ? bar + 1 : from;
};

/** Behind one thing that may stand in front of a time; `from` when this is none. Takes a level that it is. */
const afterPrefix = (scan: Scan, bytes: Uint8Array, from: number, end: number): number => {
  if (byteAt(bytes, from, end) === ascii.open) {
    if (scan.level === 0) levelInBrackets(scan, bytes, from, end);
    return closeOf(bytes, from, end);
  }
  if (isRubyLetter(bytes, from, end)) return from + 2;
  if (isDigit(byteAt(bytes, from, end))) return afterNumber(bytes, from, end);
  if (from >= end) return from;
  const to = wordEnd(bytes, from, end);
  if (scan.level === 0 && levelWordAt(scan, bytes, { from, to, end, isFirst: true }))
    return byteAt(bytes, to, end) === ascii.colon ? to + 1 : to;
  return afterName(bytes, from, end);
};

const findTime = (scan: Scan, bytes: Uint8Array, from: number, end: number): boolean => {
  if (timeHere(scan, bytes, from, end)) return true;
  let at = from;
  for (let token = 0; token < prefixTokens; token++) {
    const to = afterPrefix(scan, bytes, at, end);
    if (to === at) break;
    at = afterBlanks(bytes, to, end);
    if (timeHere(scan, bytes, at, end)) return true;
  }
  return false;
};

/** Time and level of a line in words. */
export const scanText = (scan: Scan, bytes: Uint8Array, begin: number, end: number): void => {
  const from = bytes[begin] === ascii.less ? afterPriority(scan, bytes, begin, end) : begin;
  const isGraded = from > begin;
  if (findTime(scan, bytes, from, end)) {
    if (scan.level === 0) lookForLevel(scan, bytes, scan.timeTo, end);
    return;
  }
  if (isGraded) return;
  // A level that was met on the way to a time counts for itself.
  scan.levelIs(0, 0, 0);
  lookForLevel(scan, bytes, from, end);
};

/** Of a line that begins with several blanks, or a tab. */
export const scanIndented = (scan: Scan, bytes: Uint8Array, from: number, end: number): void => {
  if (timeHere(scan, bytes, from, end)) lookForLevel(scan, bytes, scan.timeTo, end);
};
