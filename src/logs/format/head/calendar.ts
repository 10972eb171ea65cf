import type { Millis } from '../../../domain/base/fault.ts';
import { wallTimeOf } from '../../../domain/base/zoned-time.ts';
import { dayMs } from '../../../domain/text/duration.ts';
import { ascii, isDigitByte, isLetterByte, parseTwoDigits } from './ascii.ts';

const hourMs: Millis = 3_600_000;
/** 2200-01-01: later times are not accepted as log times. */
const latest: Millis = 7_258_118_400_000;

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** True for times between 1970 and 2200. */
export const isPlausibleLogTime = (time: Millis): boolean => time >= 0 && time < latest;

/** Returns midnight (UTC) of a Gregorian date; NaN for an invalid date. `month`: 1–12. */
export const midnightOf = (year: number, month: number, day: number): Millis => {
  if (month < 1 || month > 12 || day < 1 || year < 1970 || year > 2199) return Number.NaN;
  const days = month === 2 && isLeap(year) ? 29 : (monthDays[month - 1] ?? 0);
  return day > days ? Number.NaN : Date.UTC(year, month - 1, day);
};

/** Returns the offset in ms to add to a local wall-clock time (encoded as if it were UTC) to get UTC. */
const localUtcOffset = (wall: Millis): Millis => {
  const hour = new Date(Math.floor(wall / hourMs) * hourMs);
  const year = hour.getUTCFullYear();
  const month = hour.getUTCMonth();
  const day = hour.getUTCDate();
  return new Date(year, month, day, hour.getUTCHours()).getTime() - hour.getTime();
};

/**
 * Returns a function for the offset in ms to add to a wall-clock time of a zone (encoded as if it were UTC) to get UTC. `zone`:
 * 'utc', 'local' (that of this machine), or a name that Intl.DateTimeFormat takes: Europe/Berlin, +02:00.
 */
export const utcOffsetOf = (zone: string): ((wall: Millis) => Millis) => {
  if (zone === 'utc') return () => 0;
  if (zone === 'local') return localUtcOffset;
  return (wall) => wallTimeOf(wall, zone) - wall;
};

/**
 * Infers the year of a date without one: the latest year in which it is at most one day after `now`. NaN if
 * no such year exists.
 */
export const inferYear = (month: number, day: number, now: Millis): number => {
  const year = new Date(now).getUTCFullYear();
  // February 29 occurs every four years, and once only after eight.
  for (let back = 0; back <= 8; back++)
    if (midnightOf(year - back, month, day) <= now + dayMs) return year - back;
  return Number.NaN;
};

const minuteMs: Millis = 60_000;

/** Unambiguous zone names, in minutes ahead of UTC. 'CST', 'IST' and 'BST' are ambiguous. */
const named: ReadonlyMap<string, number> = new Map([
  ['UTC', 0],
  ['GMT', 0],
  ['WET', 0],
  ['WEST', 60],
  ['CET', 60],
  ['CEST', 120],
  ['EET', 120],
  ['EEST', 180],
  ['MSK', 180],
  ['JST', 540],
  ['KST', 540],
  ['AEST', 600],
  ['AEDT', 660],
  ['EST', -300],
  ['EDT', -240],
  ['CDT', -300],
  ['MST', -420],
  ['MDT', -360],
  ['PST', -480],
  ['PDT', -420],
]);

/** Parses the zone after a time: 'Z', '+01:00', '+0100', '+01', ' UTC'. */
export class ZoneParser {
  /** Offset ahead of UTC in ms. */
  ahead: Millis = 0;
  end = 0;

  /** Returns false if there is no zone at `from`. */
  read(bytes: Uint8Array, from: number, end: number): boolean {
    let index = from;
    let first = index < end ? (bytes[index] ?? 0) : 0;
    if ((first | 32) === 122) return this.#is(0, index + 1, bytes, end);
    const behindBlank = first === ascii.blank;
    if (behindBlank) first = ++index < end ? (bytes[index] ?? 0) : 0;
    if (first === ascii.plus || first === ascii.minus) return this.#offset(bytes, index, end, behindBlank);
    return behindBlank && first >= 65 && first <= 87 && this.#name(bytes, index, end);
  }

  #is(minutes: number, to: number, bytes: Uint8Array, end: number): boolean {
    const next = to < end ? (bytes[to] ?? 0) : 0;
    if (isLetterByte(next) || isDigitByte(next)) return false;
    this.ahead = minutes * minuteMs;
    this.end = to;
    return true;
  }

  #offset(bytes: Uint8Array, index: number, end: number, isWhole: boolean): boolean {
    const hours = index + 3 <= end ? parseTwoDigits(bytes, index + 1) : -1;
    if (hours < 0 || hours > 14) return false;
    const sign = bytes[index] === ascii.minus ? -1 : 1;
    const colon = bytes[index + 3] === ascii.colon ? 1 : 0;
    const minutes = index + 5 + colon <= end ? parseTwoDigits(bytes, index + 3 + colon) : -1;
    if (minutes >= 0 && minutes < 60)
      return this.#is(sign * (hours * 60 + minutes), index + 5 + colon, bytes, end);
    // After a space, '-12' is ambiguous.
    return !isWhole && this.#is(sign * hours * 60, index + 3, bytes, end);
  }

  #name(bytes: Uint8Array, from: number, end: number): boolean {
    let index = from;
    while (index < end && index < from + 5 && isLetterByte(bytes[index] ?? 0)) index++;
    if (index < from + 3 || index > from + 4) return false;
    const minutes = named.get(String.fromCharCode(...bytes.subarray(from, index)));
    return minutes !== undefined && this.#is(minutes, index, bytes, end);
  }
}
