import { afterBlanks, ascii, byteAt, isBlank, isDigit, isLetter } from './ascii.ts';
import { keyIs, meaningOf } from './keys.ts';
import { levelAt } from './level-word.ts';
import type { Scan } from './scan.ts';
import { takeTimeValue } from './scan-json.ts';

/** Longer lines say time and level at their beginning. */
const lookedAt = 4096;

const isKeyByte = (byte: number): boolean =>
  isLetter(byte) || isDigit(byte) || byte === ascii.dot || byte === ascii.minus || byte === 95 || byte === 64;

const afterKey = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  while (at < end && isKeyByte(bytes[at] ?? 0)) at++;
  return at;
};

/** Behind a value: to its closing quote, or to the next blank. */
const afterPlain = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  if (byteAt(bytes, at, end) === ascii.quote) {
    for (at++; at < end && bytes[at] !== ascii.quote; at++) if (bytes[at] === ascii.backslash) at++;
    return Math.min(end, at + 1);
  }
  while (at < end && !isBlank(bytes[at] ?? 0)) at++;
  return at;
};

const takePair = (
  scan: Scan,
  bytes: Uint8Array,
  { key, equals, to, end }: { key: number; equals: number; to: number; end: number },
): void => {
  const meaning = meaningOf(bytes, key, equals);
  const value = equals + 1;
  // A time may hold a blank without being quoted.
  if (meaning === keyIs.time && scan.timeTo === 0) takeTimeValue(scan, bytes, value, end);
  else if (meaning === keyIs.level && scan.level === 0) {
    const quote = byteAt(bytes, value, end) === ascii.quote ? 1 : 0;
    const level = levelAt(bytes, value + quote, to - quote);
    if (level !== 0) scan.levelIs(level, value, to);
  }
};

/** Pairs `key=value` from the beginning on, of which one is a time or a level. */
export const scanLogfmt = (scan: Scan, bytes: Uint8Array, from: number, limit: number): boolean => {
  if (isDigit(bytes[from] ?? 0)) return false;
  const end = Math.min(limit, from + lookedAt);
  const first = afterKey(bytes, from, end);
  if (first === from || byteAt(bytes, first, end) !== ascii.equals) return false;
  for (let at = from; at < end; ) {
    const equals = afterKey(bytes, at, end);
    const isPair = equals > at && byteAt(bytes, equals, end) === ascii.equals;
    const to = afterPlain(bytes, isPair ? equals + 1 : equals, end);
    if (isPair) takePair(scan, bytes, { key: at, equals, to, end });
    if (scan.timeTo > 0 && scan.level > 0) break;
    at = afterBlanks(bytes, to, end);
  }
  if (scan.timeTo === 0 && scan.level === 0) return false;
  scan.shape = 'logfmt';
  return true;
};
