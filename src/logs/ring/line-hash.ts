import { type RowBlock, rowBegin } from './row-block.ts';

/** Characters of numbers and times: digits, and what stands between digits of a time. */
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const comma = 44;
const dash = 45;
const dot = 46;
const colon = 58;
const plus = 43;
const upperT = 84;
const upperZ = 90;

const isTimePart = (byte: number): boolean =>
  isDigit(byte) || byte === colon || byte === dash || byte === dot || byte === plus || byte === comma;

/** FNV-1a of 32 bits. */
const seed = 0x811c9dc5;
const prime = 0x01000193;

const mix = (hash: number, byte: number): number => Math.imul(hash ^ byte, prime);

/** Combines the hash of a line with that of its next continuation. */
export const joinHashes = (hash: number, next: number): number =>
  mix(mix(hash, next & 0xffff), next >>> 16) >>> 0;

const isAlphanumeric = (byte: number): boolean =>
  isDigit(byte) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

/** Length of an epoch time in seconds, the shortest number that counts as a time. */
const epochDigits = 10;
/** Length of '2026-11-26'. */
const dateLength = 10;

/** True: the characters in [from, to) are a date, a clock time or an epoch time. */
const isTime = (bytes: Uint8Array, from: number, to: number): boolean => {
  let colons = 0;
  let dashes = 0;
  for (let index = from; index < to; index++) {
    if (bytes[index] === colon) colons++;
    else if (bytes[index] === dash) dashes++;
  }
  return (
    colons > 1 ||
    (dashes === 2 && to - from === dateLength) ||
    (colons + dashes === 0 && to - from >= epochDigits)
  );
};

/**
 * Returns a hash of a row's text without the times in it, so that the same line of several streams has one hash. Only a hint:
 * callers compare the texts.
 */
export const lineHash = (block: RowBlock, index: number): number => {
  const { bytes } = block;
  const end = block.ends[index] ?? 0;
  let hash = seed;
  for (let place = rowBegin(block, index); place < end; place++) {
    const byte = bytes[place] ?? 0;
    if (!isDigit(byte)) {
      hash = mix(hash, byte);
      continue;
    }
    let to = place + 1;
    while (to < end) {
      const next = bytes[to] ?? 0;
      if (!isTimePart(next) && next !== upperT && next !== upperZ) break;
      to++;
    }
    if (!isTime(bytes, place, to))
      for (let digit = place; digit < to; digit++) hash = mix(hash, bytes[digit] ?? 0);
    place = to - 1;
  }
  return hash >>> 0;
};

/** A byte that stands for each variable part in the hash of a template. */
const variable = 0x2a;

/**
 * Returns a hash of a row's template: each word with a digit counts as the same variable part, as do the times. Words end at
 * anything but letters, digits, `-`, `_` and `.`.
 */
export const linePatternHash = (block: RowBlock, index: number): number => {
  const { bytes } = block;
  const end = block.ends[index] ?? 0;
  let hash = seed;
  for (let place = rowBegin(block, index); place < end; ) {
    const byte = bytes[place] ?? 0;
    if (!isAlphanumeric(byte) && byte < 0x80) {
      hash = mix(hash, byte);
      place++;
      continue;
    }
    let to = place;
    let hasDigit = false;
    let word = hash;
    for (; to < end; to++) {
      const part = bytes[to] ?? 0;
      if (!isAlphanumeric(part) && part !== dash && part !== dot && part !== 95 && part < 0x80) break;
      hasDigit ||= isDigit(part);
      word = mix(word, part);
    }
    hash = hasDigit ? mix(hash, variable) : word;
    place = to;
  }
  return hash >>> 0;
};
