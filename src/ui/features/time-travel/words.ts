import type { Millis } from '../../../domain/fault.ts';
import { clockText } from '../../../domain/format.ts';
import { dateText } from '../../text/ages.ts';

const dayMs: Millis = 86_400_000;
const minuteMs: Millis = 60_000;

/** '09:40:15', or 'Tue 03 Mar 22:40:15' when that was another day. Both moments on the machine's clock. */
export const momentText = (at: Millis, now: Millis): string =>
  Math.floor(at / dayMs) === Math.floor(now / dayMs) ? clockText(at) : dateText(at).replace(' UTC', '');

/** '09:40' where nothing is lost by it. */
export const shortMoment = (at: Millis, now: Millis): string =>
  at % minuteMs === 0 ? momentText(at, now).slice(0, -3) : momentText(at, now);

/** '34m45s', '2h05m', '45s': how far back, in the units that matter. */
export const backText = (ms: Millis): string => {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}m${two(seconds % 60)}s`
    : `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
};
