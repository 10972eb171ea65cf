import type { Millis } from '../../../domain/base/fault.ts';
import { ascii, asciiBytes, byteAt, isDigitByte, skipBlanks } from './ascii.ts';
import { isPlausibleLogTime } from './calendar.ts';
import type { HeadScan } from './head-scan.ts';
import { levelAt, levelOfLetter, levelOfNumber } from './level-words.ts';

/** Meaning of a key's value. */
export const KeyMeaning = { other: 0, time: 1, level: 2, severity: 3 } as const;

/**
 * Keys of time and level in zap, slog, pino, bunyan, logstash, ECS, Serilog's compact format, .NET, GELF,
 * journald and structlog.
 */
const names: Readonly<Record<Exclude<keyof typeof KeyMeaning, 'other'>, string>> = {
  time: 'time ts t @t timestamp @timestamp datetime asctime eventtime __realtime_timestamp',
  level: 'level lvl severity log.level loglevel levelname level_name @l priority',
  // MongoDB; counts as a level only with MongoDB's own letters.
  severity: 's',
};

interface Name {
  readonly bytes: Uint8Array;
  readonly is: number;
}

const byLength: Name[][] = [];
for (const [is, list] of Object.entries(names) as [keyof typeof names, string][])
  for (const name of list.split(' ')) {
    byLength[name.length] ??= [];
    byLength[name.length]?.push({ bytes: asciiBytes(name), is: KeyMeaning[is] });
  }
const none: readonly Name[] = [];
const table: readonly (readonly Name[])[] = Array.from(byLength, (list) => list ?? none);

const isSame = (bytes: Uint8Array, from: number, name: Uint8Array): boolean => {
  for (let index = 0; index < name.length; index++) {
    const byte = bytes[from + index] ?? 0;
    const lower = byte >= 65 && byte <= 90 ? byte | 32 : byte;
    if (lower !== name[index]) return false;
  }
  return true;
};

/** Returns the meaning of a key, ignoring case. */
export const keyMeaning = (bytes: Uint8Array, from: number, to: number): number => {
  for (const { bytes: name, is } of table[to - from] ?? none) if (isSame(bytes, from, name)) return is;
  return KeyMeaning.other;
};

/**
 * Converts seconds, milli-, micro- or nanoseconds since 1970, distinguished by size, from 1973 on; NaN for
 * any other number.
 */
const timeOfNumber = (value: number): Millis => {
  const ms =
    value >= 1e17
      ? value / 1e6
      : value >= 1e14
        ? value / 1e3
        : value >= 1e11
          ? value
          : value >= 1e8
            ? value * 1e3
            : -1;
  // Fractional seconds are doubles with a precision of a quarter of a microsecond.
  const time = Math.floor(ms + 1e-3);
  return isPlausibleLogTime(time) ? time : Number.NaN;
};

/** Parses a number with an optional fraction, or NaN. */
const numberAt = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  let value = 0;
  for (; index < end && isDigitByte(bytes[index] ?? 0); index++)
    value = value * 10 + (bytes[index] ?? 0) - 48;
  if (index === from) return Number.NaN;
  if (index < end && bytes[index] === ascii.dot) {
    let fraction = 0;
    let scale = 1;
    for (index++; index < end && isDigitByte(bytes[index] ?? 0); index++)
      if (scale < 1e12) {
        fraction = fraction * 10 + (bytes[index] ?? 0) - 48;
        scale *= 10;
      }
    value += fraction / scale;
  }
  if (index < end && ((bytes[index] ?? 0) | 32) === 101)
    return Number(
      String.fromCharCode(...bytes.subarray(from, Math.min(end, from + 32))).split(/[^\d.eE+-]/)[0],
    );
  return value;
};

/** Returns the offset after the closing quote of a string; `end` if it is not closed. */
const afterString = (bytes: Uint8Array, from: number, end: number): number => {
  for (let index = from + 1; index < end; index++) {
    const byte = bytes[index];
    if (byte === ascii.quote) return index + 1;
    if (byte === ascii.backslash) index++;
  }
  return end;
};

/** Returns the offset after an object or array of any depth. */
const afterNested = (bytes: Uint8Array, from: number, end: number): number => {
  let index = from;
  let depth = 0;
  while (index < end) {
    const byte = bytes[index] ?? 0;
    if (byte === ascii.quote) {
      index = afterString(bytes, index, end);
      continue;
    }
    index++;
    if (byte === ascii.brace || byte === ascii.open) depth++;
    else if ((byte === ascii.endBrace || byte === ascii.close) && --depth === 0) return index;
  }
  return end;
};

const afterValue = (bytes: Uint8Array, from: number, end: number): number => {
  const first = byteAt(bytes, from, end);
  if (first === ascii.quote) return afterString(bytes, from, end);
  if (first === ascii.brace || first === ascii.open) return afterNested(bytes, from, end);
  let index = from;
  while (index < end && bytes[index] !== ascii.comma && bytes[index] !== ascii.endBrace) index++;
  return index;
};

/** Unwraps MongoDB's `{"$date":"…"}`. */
const inDate = (bytes: Uint8Array, from: number, end: number): number => {
  const key = skipBlanks(bytes, from + 1, end);
  if (byteAt(bytes, key, end) !== ascii.quote || byteAt(bytes, key + 1, end) !== 36) return from;
  const colon = skipBlanks(bytes, afterString(bytes, key, end), end);
  return byteAt(bytes, colon, end) === ascii.colon ? skipBlanks(bytes, colon + 1, end) : from;
};

/** Parses a value as a time: a timestamp, or a number since 1970, quoted or not. */
export const scanTimeValue = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): void => {
  const value = byteAt(bytes, from, end) === ascii.brace ? inDate(bytes, from, end) : from;
  const begin = byteAt(bytes, value, end) === ascii.quote ? value + 1 : value;
  if (scan.takeTime(bytes, begin, end)) {
    // A time of day without a date is not a time.
    if (scan.layout === 'clock') scan.noTime();
    return;
  }
  const time = isDigitByte(byteAt(bytes, begin, end))
    ? timeOfNumber(numberAt(bytes, begin, end))
    : Number.NaN;
  if (!Number.isNaN(time)) scan.timeIs(time, from, afterValue(bytes, from, end));
};

const takeLevelValue = (
  scan: HeadScan,
  bytes: Uint8Array,
  from: number,
  to: number,
  meaning: number,
): void => {
  const isText = byteAt(bytes, from, to) === ascii.quote;
  const begin = isText ? from + 1 : from;
  const end = isText ? to - 1 : to;
  const isNumber = isDigitByte(byteAt(bytes, begin, end));
  let level = 0;
  if (meaning === KeyMeaning.severity)
    level = isText && end - begin <= 2 ? levelOfLetter(byteAt(bytes, begin, to)) : 0;
  else level = isNumber ? levelOfNumber(numberAt(bytes, begin, end)) : levelAt(bytes, begin, end);
  if (level !== 0) scan.levelIs(level, from, to);
};

/**
 * Reads the first time and the first level among an object's own keys. Returns false if this is not an
 * object. Of a truncated object, reads what precedes the cut.
 */
export const scanJson = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  let index = skipBlanks(bytes, from + 1, end);
  const first = byteAt(bytes, index, end);
  if (first !== ascii.quote && first !== ascii.endBrace) return false;
  scan.shape = 'json';
  while (index < end && bytes[index] === ascii.quote) {
    const key = index + 1;
    index = afterString(bytes, index, end);
    const meaning = keyMeaning(bytes, key, index - 1);
    index = skipBlanks(bytes, index, end);
    if (byteAt(bytes, index, end) !== ascii.colon) break;
    index = skipBlanks(bytes, index + 1, end);
    const value = index;
    index = afterValue(bytes, index, end);
    if (meaning === KeyMeaning.time && scan.timeTo === 0) scanTimeValue(scan, bytes, value, index);
    else if (meaning >= KeyMeaning.level && scan.level === 0)
      takeLevelValue(scan, bytes, value, index, meaning);
    if (scan.timeTo > 0 && scan.level > 0) break;
    index = skipBlanks(bytes, index, end);
    if (byteAt(bytes, index, end) !== ascii.comma) break;
    index = skipBlanks(bytes, index + 1, end);
  }
  return true;
};
