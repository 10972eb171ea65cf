import type { Millis } from '../../../domain/base/fault.ts';
import { dayMs, formatAge } from '../../../domain/text/duration.ts';
import { formatClockTime, isoTime } from '../../../domain/text/format.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Formats an elapsed time in seconds: '0:42', '14:52', '1:02:03'. */
export const formatElapsed = (ms: Millis): string => {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  return s < 3600
    ? `${Math.floor(s / 60)}:${two(s % 60)}`
    : `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
};

/** Formats the maximum of several ages: '≤4s'; at least 1 s. */
export const formatMaxAge = (ms: Millis): string => `≤${formatAge(Math.max(1000, ms))}`;

/** 'Wed 04 Mar 10:15:07 UTC'. */
export const formatDate = (ms: Millis): string => {
  const iso = isoTime(ms);
  // 1970-01-01 was a Thursday.
  const day = days[(Math.floor(ms / 86_400_000) + 4) % 7];
  return `${day} ${iso.slice(8, 10)} ${months[Number(iso.slice(5, 7)) - 1]} ${formatClockTime(ms)} UTC`;
};

/** True if both times are on one day in UTC. */
export const isSameDay = (a: Millis, b: Millis): boolean => Math.floor(a / dayMs) === Math.floor(b / dayMs);

/** '10:02:03', or '04 Mar 10:02' for another day than that of `now`. Both are wall clock times, shown in UTC. */
export const formatTimeOrDate = (time: Millis, now: Millis): string =>
  isSameDay(time, now) ? formatClockTime(time) : formatDate(time).slice(4, 16);
