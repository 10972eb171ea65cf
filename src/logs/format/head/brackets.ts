import { ascii, byteAt, isBlank } from './ascii.ts';
import { levelAt } from './level-word.ts';
import type { Scan } from './scan.ts';

const longest = 160;

/** Behind the bracket that closes the one that stands here; where it stands when none does. */
export const closeOf = (bytes: Uint8Array, from: number, end: number): number => {
  const limit = Math.min(end, from + longest);
  let depth = 0;
  for (let at = from; at < limit; at++) {
    if (bytes[at] === ascii.open) depth++;
    else if (bytes[at] === ascii.close && --depth === 0) return at + 1;
  }
  return from;
};

/** '[error]', '[INFO ]', Apache's '[core:error]': takes the level that is all there is between two brackets. */
export const levelInBrackets = (scan: Scan, bytes: Uint8Array, from: number, end: number): boolean => {
  const limit = Math.min(end, from + 32);
  let begin = from + 1;
  while (begin < limit && isBlank(bytes[begin] ?? 0)) begin++;
  let at = begin;
  while (at < limit && bytes[at] !== ascii.close && bytes[at] !== ascii.greater && !isBlank(bytes[at] ?? 0))
    if (bytes[at++] === ascii.colon) begin = at;
  let close = at;
  while (close < limit && isBlank(bytes[close] ?? 0)) close++;
  const behind = byteAt(bytes, close, limit);
  if (behind !== ascii.close && behind !== ascii.greater) return false;
  const level = levelAt(bytes, begin, at);
  if (level !== 0) scan.levelIs(level, begin, at);
  return level !== 0;
};
