import type { Millis } from '../../../domain/fault.ts';
import { ascii, asciiBytes, byteAt, isDigitByte, skipBlanks } from './ascii.ts';
import { isPlausibleLogTime } from './calendar.ts';
import type { HeadScan } from './head-scan.ts';
import { levelAt, levelOfLetter, levelOfNumber } from './level-words.ts';

/** What the value of a key says. */
export const KeyMeaning = { other: 0, time: 1, level: 2, severity: 3 } as const;

/** Keys of time and level: zap, slog, pino, bunyan, logstash, ECS, Serilog's compact form, .NET, GELF, journald, structlog. */
const names: Readonly<Record<Exclude<keyof typeof KeyMeaning, 'other'>, string>> = {
  time: 'time ts t @t timestamp @timestamp datetime asctime eventtime __realtime_timestamp',
  level: 'level lvl severity log.level loglevel levelname level_name @l priority',
  // MongoDB's, which counts as a level with its own letters only.
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

/** What a key's value says, by its name in any case of letters. */
export const keyMeaning = (bytes: Uint8Array, from: number, to: number): number => {
  for (const { bytes: name, is } of table[to - from] ?? none) if (isSame(bytes, from, name)) return is;
  return KeyMeaning.other;
};

/** A time as seconds, milli-, micro- or nanoseconds since 1970 by its size, each from 1973 on; NaN when it is none of these. */
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
  // Seconds with a fraction are doubles of a quarter of a microsecond.
  const at = Math.floor(ms + 1e-3);
  return isPlausibleLogTime(at) ? at : Number.NaN;
};

/** The number that stands here: digits, with a fraction; NaN when there is none. */
const numberAt = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  let value = 0;
  for (; at < end && isDigitByte(bytes[at] ?? 0); at++) value = value * 10 + (bytes[at] ?? 0) - 48;
  if (at === from) return Number.NaN;
  if (at < end && bytes[at] === ascii.dot) {
    let fraction = 0;
    let scale = 1;
    for (at++; at < end && isDigitByte(bytes[at] ?? 0); at++)
      if (scale < 1e12) {
        fraction = fraction * 10 + (bytes[at] ?? 0) - 48;
        scale *= 10;
      }
    value += fraction / scale;
  }
  if (at < end && ((bytes[at] ?? 0) | 32) === 101)
    return Number(
      String.fromCharCode(...bytes.subarray(from, Math.min(end, from + 32))).split(/[^\d.eE+-]/)[0],
    );
  return value;
};

/** Behind the closing quote of a string that begins here; `end` when it has none. */
const afterString = (bytes: Uint8Array, from: number, end: number): number => {
  for (let at = from + 1; at < end; at++) {
    const byte = bytes[at];
    if (byte === ascii.quote) return at + 1;
    if (byte === ascii.backslash) at++;
  }
  return end;
};

/** Behind an object or an array, however deep. */
const afterNested = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  let depth = 0;
  while (at < end) {
    const byte = bytes[at] ?? 0;
    if (byte === ascii.quote) {
      at = afterString(bytes, at, end);
      continue;
    }
    at++;
    if (byte === ascii.brace || byte === ascii.open) depth++;
    else if ((byte === ascii.endBrace || byte === ascii.close) && --depth === 0) return at;
  }
  return end;
};

const afterValue = (bytes: Uint8Array, from: number, end: number): number => {
  const first = byteAt(bytes, from, end);
  if (first === ascii.quote) return afterString(bytes, from, end);
  if (first === ascii.brace || first === ascii.open) return afterNested(bytes, from, end);
  let at = from;
  while (at < end && bytes[at] !== ascii.comma && bytes[at] !== ascii.endBrace) at++;
  return at;
};

/** MongoDB's `{"$date":"…"}`. */
const inDate = (bytes: Uint8Array, from: number, end: number): number => {
  const key = skipBlanks(bytes, from + 1, end);
  if (byteAt(bytes, key, end) !== ascii.quote || byteAt(bytes, key + 1, end) !== 36) return from;
  const colon = skipBlanks(bytes, afterString(bytes, key, end), end);
  return byteAt(bytes, colon, end) === ascii.colon ? skipBlanks(bytes, colon + 1, end) : from;
};

/** Takes a value as a time: a stamp, or a number since 1970, as text or not. */
export const scanTimeValue = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): void => {
  const value = byteAt(bytes, from, end) === ascii.brace ? inDate(bytes, from, end) : from;
  const begin = byteAt(bytes, value, end) === ascii.quote ? value + 1 : value;
  if (scan.takeTime(bytes, begin, end)) {
    // A time without its day does not say when.
    if (scan.layout === 'clock') scan.noTime();
    return;
  }
  const at = isDigitByte(byteAt(bytes, begin, end)) ? timeOfNumber(numberAt(bytes, begin, end)) : Number.NaN;
  if (!Number.isNaN(at)) scan.timeIs(at, from, afterValue(bytes, from, end));
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
 * Time and level of an object's own keys, of whichever comes first of each. False: this is no object. One that is cut
 * off tells what stands in front of the cut.
 */
export const scanJson = (scan: HeadScan, bytes: Uint8Array, from: number, end: number): boolean => {
  let at = skipBlanks(bytes, from + 1, end);
  const first = byteAt(bytes, at, end);
  if (first !== ascii.quote && first !== ascii.endBrace) return false;
  scan.shape = 'json';
  while (at < end && bytes[at] === ascii.quote) {
    const key = at + 1;
    at = afterString(bytes, at, end);
    const meaning = keyMeaning(bytes, key, at - 1);
    at = skipBlanks(bytes, at, end);
    if (byteAt(bytes, at, end) !== ascii.colon) break;
    at = skipBlanks(bytes, at + 1, end);
    const value = at;
    at = afterValue(bytes, at, end);
    if (meaning === KeyMeaning.time && scan.timeTo === 0) scanTimeValue(scan, bytes, value, at);
    else if (meaning >= KeyMeaning.level && scan.level === 0) takeLevelValue(scan, bytes, value, at, meaning);
    if (scan.timeTo > 0 && scan.level > 0) break;
    at = skipBlanks(bytes, at, end);
    if (byteAt(bytes, at, end) !== ascii.comma) break;
    at = skipBlanks(bytes, at + 1, end);
  }
  return true;
};
