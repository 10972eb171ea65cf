import { ascii, byteAt, isBlankByte, isInCapitals } from './ascii.ts';
import type { HeadScan } from './head-scan.ts';
import { levelAt, levelOfLetter, levelOfMysqlWord } from './level-words.ts';

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
