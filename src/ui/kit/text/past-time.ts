import type { Millis } from '../../../domain/base/fault.ts';
import { dayMs, parseDuration } from '../../../domain/text/duration.ts';
import { formatClockTime } from '../../../domain/text/format.ts';
import { formatDate } from './format.ts';

/** More than any time needs; a pasted text of any length is no time, and costs nothing. */
const longestTime = 64;

/** The latest occurrence of this time of day before `now`, in UTC. */
const timeOfDay = (text: string, now: Millis): Millis | undefined => {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (match === null) return undefined;
  const hours = Number(match[1]);
  const minutes = Number(match[2]);
  const seconds = Number(match[3] ?? 0);
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const today = Math.floor(now / dayMs) * dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return today <= now ? today : today - dayMs;
};

/**
 * Parses '09:40' and '09:40:15' (latest occurrence), '-25m' and '25m' (ago) into a wall clock time of at most `now`;
 * undefined otherwise.
 */
export const parsePastTime = (text: string, now: Millis): Millis | undefined => {
  if (text.length > longestTime) return undefined;
  const plain = text.trim().toLowerCase();
  const ago = parseDuration(plain.replace(/^-\s*/, '').replace(/\s*ago$/, ''));
  return ago === undefined ? timeOfDay(plain, now) : now - ago;
};

const millisPerDay: Millis = 86_400_000;
const minuteMs: Millis = 60_000;

/** '09:40:15', or 'Tue 03 Mar 22:40:15' for another day. Both arguments are wall clock times. */
export const formatPastTime = (time: Millis, now: Millis): string =>
  Math.floor(time / millisPerDay) === Math.floor(now / millisPerDay)
    ? formatClockTime(time)
    : formatDate(time).replace(' UTC', '');

/** '09:40' for full minutes, otherwise with seconds. */
export const formatShortPastTime = (time: Millis, now: Millis): string =>
  time % minuteMs === 0 ? formatPastTime(time, now).slice(0, -3) : formatPastTime(time, now);

/** '34m45s', '2h05m', '45s'. */
export const formatTimeAgo = (ms: Millis): string => {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes}m${two(seconds % 60)}s`
    : `${Math.floor(minutes / 60)}h${two(minutes % 60)}m`;
};
