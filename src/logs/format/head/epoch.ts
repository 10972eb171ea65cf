import type { Millis } from '../../../domain/fault.ts';
import { ascii, isDigit } from './ascii.ts';
import { isLogTime } from './civil.ts';

/** A time as seconds, milli-, micro- or nanoseconds since 1970 by its size, each from 1973 on; NaN when it is none of these. */
export const timeOfNumber = (value: number): Millis => {
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
  return isLogTime(at) ? at : Number.NaN;
};

/** The number that stands here: digits, with a fraction; NaN when there is none. */
export const numberAt = (bytes: Uint8Array, from: number, end: number): number => {
  let at = from;
  let value = 0;
  for (; at < end && isDigit(bytes[at] ?? 0); at++) value = value * 10 + (bytes[at] ?? 0) - 48;
  if (at === from) return Number.NaN;
  if (at < end && bytes[at] === ascii.dot) {
    let fraction = 0;
    let scale = 1;
    for (at++; at < end && isDigit(bytes[at] ?? 0); at++)
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
