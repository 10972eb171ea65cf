import type { Millis } from '../../../domain/fault.ts';

const dayMs: Millis = 86_400_000;
const hourMs: Millis = 3_600_000;
/** 2200-01-01: what is later is no time of a log. */
const latest: Millis = 7_258_118_400_000;

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Whether a moment is between 1970 and 2200. */
export const isLogTime = (at: Millis): boolean => at >= 0 && at < latest;

/** The midnight (UTC) that a day of the Gregorian calendar begins with; NaN for a day that is none. `month` 1–12. */
export const midnightOf = (year: number, month: number, day: number): Millis => {
  if (month < 1 || month > 12 || day < 1 || year < 1970 || year > 2199) return Number.NaN;
  const days = month === 2 && isLeap(year) ? 29 : (monthDays[month - 1] ?? 0);
  return day > days ? Number.NaN : Date.UTC(year, month - 1, day);
};

/** How far this machine's zone is behind UTC at a moment of its own wall clock (written as if it were UTC). */
export const localLag = (wall: Millis): Millis => {
  const hour = new Date(Math.floor(wall / hourMs) * hourMs);
  const [year, month, day] = [hour.getUTCFullYear(), hour.getUTCMonth(), hour.getUTCDate()];
  return new Date(year, month, day, hour.getUTCHours()).getTime() - hour.getTime();
};

/** The year in which a day without one lies, seen from `now`: the latest that is not more than a day ahead. NaN when there is none. */
export const yearOf = (month: number, day: number, now: Millis): number => {
  const year = new Date(now).getUTCFullYear();
  // 29 February comes every four years, and once after eight.
  for (let back = 0; back <= 8; back++)
    if (midnightOf(year - back, month, day) <= now + dayMs) return year - back;
  return Number.NaN;
};
