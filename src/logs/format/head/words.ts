import { ascii, byteAt, isCapital } from './ascii.ts';
import { isPlainLevel, levelAt } from './level-word.ts';
import type { Scan } from './scan.ts';

const longest = 64;

/** Bytes that end a word: blanks and the signs that heads are made of. A '-' is part of a word. */
const signs: Uint8Array = (() => {
  const table = new Uint8Array(256);
  for (const sign of ' \t\r[](){}|:,;="<>') table[sign.charCodeAt(0)] = 1;
  return table;
})();

export const isSign = 1;
export const isOpen = 2;

/** What a byte is where a word may begin: `isSign` begins none, `isOpen` is a bracket that a level may be in, 0 begins one. */
export const starts: Uint8Array = (() => {
  const table = Uint8Array.from(signs);
  table[ascii.minus] = isSign;
  table[ascii.open] = isOpen;
  table[ascii.less] = isOpen;
  return table;
})();

/** Where the word that begins here ends. */
export const wordEnd = (bytes: Uint8Array, from: number, end: number): number => {
  const limit = end - from > longest ? from + longest : end;
  // Whatever stands there, the word is a byte long at least.
  let at = from + 1;
  while (at < limit && signs[bytes[at] ?? 0] === 0) at++;
  return at;
};

const isInCapitals = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (!isCapital(byte) && !(byte >= 49 && byte <= 53 && at === to - 1)) return false;
  }
  return true;
};

/** Where a word stands in its line, which ends at `end`. */
export interface Word {
  readonly from: number;
  readonly to: number;
  readonly end: number;
  /** It is the first one that is looked at. */
  readonly isFirst: boolean;
}

/**
 * Takes a word as the level: in capitals, before a colon, or as the first of its line also by itself. 'error::of' is a
 * path.
 */
export const levelWordAt = (scan: Scan, bytes: Uint8Array, { from, to, end, isFirst }: Word): boolean => {
  const level = levelAt(bytes, from, to);
  if (level === 0) return false;
  const next = byteAt(bytes, to, end);
  if (next === ascii.equals || (next === ascii.colon && byteAt(bytes, to + 1, end) === ascii.colon))
    return false;
  if (!isInCapitals(bytes, from, to) && next !== ascii.colon && !(isFirst && isPlainLevel(bytes, from, to)))
    return false;
  scan.levelIs(level, from, to);
  return true;
};
