import type { Millis } from '../../../domain/fault.ts';
import { ascii, isDigit, isLetter, twoDigits } from './ascii.ts';

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
export class ZoneReader {
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
    if (isLetter(next) || isDigit(next)) return false;
    this.ahead = minutes * minuteMs;
    this.end = to;
    return true;
  }

  #offset(bytes: Uint8Array, at: number, end: number, isWhole: boolean): boolean {
    const hours = at + 3 <= end ? twoDigits(bytes, at + 1) : -1;
    if (hours < 0 || hours > 14) return false;
    const sign = bytes[at] === ascii.minus ? -1 : 1;
    const colon = bytes[at + 3] === ascii.colon ? 1 : 0;
    const minutes = at + 5 + colon <= end ? twoDigits(bytes, at + 3 + colon) : -1;
    if (minutes >= 0 && minutes < 60)
      return this.#is(sign * (hours * 60 + minutes), at + 5 + colon, bytes, end);
    // Behind a blank, '-12' may be anything.
    return !isWhole && this.#is(sign * hours * 60, at + 3, bytes, end);
  }

  #name(bytes: Uint8Array, from: number, end: number): boolean {
    let at = from;
    while (at < end && at < from + 5 && isLetter(bytes[at] ?? 0)) at++;
    if (at < from + 3 || at > from + 4) return false;
    const minutes = named.get(String.fromCharCode(...bytes.subarray(from, at)));
    return minutes !== undefined && this.#is(minutes, at, bytes, end);
  }
}
