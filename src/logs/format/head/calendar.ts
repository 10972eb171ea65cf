import type { Millis } from '../../../domain/fault.ts';
import { ascii, isDigitByte, isLetterByte, parseTwoDigits } from './ascii.ts';

const dayMs: Millis = 86_400_000;
const hourMs: Millis = 3_600_000;
/** 2200-01-01: what is later is no time of a log. */
const latest: Millis = 7_258_118_400_000;

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Whether a moment is between 1970 and 2200. */
export const isPlausibleLogTime = (at: Millis): boolean => at >= 0 && at < latest;

/** The midnight (UTC) that a day of the Gregorian calendar begins with; NaN for a day that is none. `month` 1–12. */
export const midnightOf = (year: number, month: number, day: number): Millis => {
  if (month < 1 || month > 12 || day < 1 || year < 1970 || year > 2199) return Number.NaN;
  const days = month === 2 && isLeap(year) ? 29 : (monthDays[month - 1] ?? 0);
  return day > days ? Number.NaN : Date.UTC(year, month - 1, day);
};

/** How far this machine's zone is behind UTC at a moment of its own wall clock (written as if it were UTC). */
export const localUtcOffset = (wall: Millis): Millis => {
  const hour = new Date(Math.floor(wall / hourMs) * hourMs);
  const [year, month, day] = [hour.getUTCFullYear(), hour.getUTCMonth(), hour.getUTCDate()];
  return new Date(year, month, day, hour.getUTCHours()).getTime() - hour.getTime();
};

/** The year in which a day without one lies, seen from `now`: the latest that is not more than a day ahead. NaN when there is none. */
export const inferYear = (month: number, day: number, now: Millis): number => {
  const year = new Date(now).getUTCFullYear();
  // 29 February comes every four years, and once after eight.
  for (let back = 0; back <= 8; back++)
    if (midnightOf(year - back, month, day) <= now + dayMs) return year - back;
  return Number.NaN;
};

const minuteMs: Millis = 60_000;

/** Names of zones that mean one thing everywhere, in minutes ahead of UTC. 'CST', 'IST' and 'BST' mean several. */
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

/** The zone behind a time: 'Z', '+01:00', '+0100', '+01', ' UTC'. */
export class ZoneParser {
  /** Ahead of UTC. */
  ahead: Millis = 0;
  end = 0;

  /** False: no zone stands there. */
  read(bytes: Uint8Array, from: number, end: number): boolean {
    let at = from;
    let first = at < end ? (bytes[at] ?? 0) : 0;
    if ((first | 32) === 122) return this.#is(0, at + 1, bytes, end);
    const behindBlank = first === ascii.blank;
    if (behindBlank) first = ++at < end ? (bytes[at] ?? 0) : 0;
    if (first === ascii.plus || first === ascii.minus) return this.#offset(bytes, at, end, behindBlank);
    return behindBlank && first >= 65 && first <= 87 && this.#name(bytes, at, end);
  }

  #is(minutes: number, to: number, bytes: Uint8Array, end: number): boolean {
    const next = to < end ? (bytes[to] ?? 0) : 0;
    if (isLetterByte(next) || isDigitByte(next)) return false;
    this.ahead = minutes * minuteMs;
    this.end = to;
    return true;
  }

  #offset(bytes: Uint8Array, at: number, end: number, isWhole: boolean): boolean {
    const hours = at + 3 <= end ? parseTwoDigits(bytes, at + 1) : -1;
    if (hours < 0 || hours > 14) return false;
    const sign = bytes[at] === ascii.minus ? -1 : 1;
    const colon = bytes[at + 3] === ascii.colon ? 1 : 0;
    const minutes = at + 5 + colon <= end ? parseTwoDigits(bytes, at + 3 + colon) : -1;
    if (minutes >= 0 && minutes < 60)
      return this.#is(sign * (hours * 60 + minutes), at + 5 + colon, bytes, end);
    // Behind a blank, '-12' may be anything.
    return !isWhole && this.#is(sign * hours * 60, at + 3, bytes, end);
  }

  #name(bytes: Uint8Array, from: number, end: number): boolean {
    let at = from;
    while (at < end && at < from + 5 && isLetterByte(bytes[at] ?? 0)) at++;
    if (at < from + 3 || at > from + 4) return false;
    const minutes = named.get(String.fromCharCode(...bytes.subarray(from, at)));
    return minutes !== undefined && this.#is(minutes, at, bytes, end);
  }
}
