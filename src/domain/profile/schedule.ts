import type { Millis } from '../base/fault.ts';
import { localTimeIn, wallTimeOf } from '../base/zoned-time.ts';

/** The day of a schedule: a weekday (0 is Sunday), a day of the month, or the first such weekday of the month. */
export type ScheduleDay =
  | { readonly is: 'weekday'; readonly day: number }
  | { readonly is: 'date'; readonly date: number }
  | { readonly is: 'first'; readonly day: number };

/** When a checklist is due, in calendar days of a time zone. */
export interface ChecklistSchedule {
  readonly every: 'daily' | 'weekly' | 'monthly';
  /** Absent: the last day of the week (Sunday) or of the month. Unused for daily. */
  readonly on?: ScheduleDay;
  /** Minutes since midnight. Absent: the end of the day. */
  readonly at?: number;
  /** IANA time zone. Absent: that of the profile, or of this machine. */
  readonly tz?: string;
}

/** One day, week (Monday to Sunday) or month of a schedule. */
export interface SchedulePeriod {
  /** Its first day, 'YYYY-MM-DD': the same in every process, whatever its clock shows within the period. */
  readonly id: string;
  /** Wall-clock ms at which it begins, is due, and ends. */
  readonly beginsAt: Millis;
  readonly dueAt: Millis;
  readonly endsAt: Millis;
}

const dayMs: Millis = 86_400_000;
const minuteMs: Millis = 60_000;

/** The first moment of a local day: midnight, or the end of the gap where a clock change skips midnight. */
const dayBound = (local: Millis, zone: string | undefined): Millis => {
  const wall = wallTimeOf(local, zone);
  return wall + Math.max(0, local - localTimeIn(wall, zone));
};

const startOfDay = (local: Millis): Millis => local - (((local % dayMs) + dayMs) % dayMs);

/** The first day of a month, `months` after that of `local`. */
const monthStart = (local: Millis, months = 0): Millis => {
  const day = new Date(local);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months, 1);
};

/** First and last day of the period around a local time. */
const boundsOf = (every: ChecklistSchedule['every'], local: Millis): readonly [Millis, Millis] => {
  const day = startOfDay(local);
  if (every === 'daily') return [day, day];
  if (every === 'monthly') return [monthStart(day), monthStart(day, 1) - dayMs];
  const monday = day - ((new Date(day).getUTCDay() + 6) % 7) * dayMs;
  return [monday, monday + 6 * dayMs];
};

const dueDay = ({ on }: ChecklistSchedule, first: Millis, last: Millis): Millis => {
  if (on === undefined) return last;
  // A month without that date is due on its last day.
  if (on.is === 'date') return Math.min(first + (on.date - 1) * dayMs, last);
  return first + ((on.day - new Date(first).getUTCDay() + 7) % 7) * dayMs;
};

/** The period of a schedule at a wall-clock time. `zone`: of the profile, for a schedule without its own. */
export const schedulePeriod = (
  schedule: ChecklistSchedule,
  wall: Millis,
  zone: string | undefined,
): SchedulePeriod => {
  const tz = schedule.tz ?? zone;
  const [first, last] = boundsOf(schedule.every, localTimeIn(wall, tz));
  const day = dueDay(schedule, first, last);
  return {
    id: new Date(first).toISOString().slice(0, 10),
    beginsAt: dayBound(first, tz),
    dueAt:
      schedule.at === undefined ? dayBound(day + dayMs, tz) : wallTimeOf(day + schedule.at * minuteMs, tz),
    endsAt: dayBound(last + dayMs, tz),
  };
};

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const clockOf = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');

const dayText = (on: ScheduleDay): string => {
  if (on.is === 'date') return `day ${on.date}`;
  return on.is === 'first' ? `first ${dayNames[on.day] ?? ''}` : (dayNames[on.day] ?? '');
};

/** The time zone in words: 'Asia/Kolkata', or 'Europe/Berlin (this machine)' where neither list nor profile names one. */
const zoneText = (tz: string | undefined, zone: string | undefined): string =>
  tz ?? zone ?? `${Intl.DateTimeFormat().resolvedOptions().timeZone} (this machine)`;

/** 'daily 10:00 Asia/Kolkata', 'monthly, first Monday UTC (this machine)'. `zone`: of the profile. */
export const scheduleText = ({ every, on, at, tz }: ChecklistSchedule, zone: string | undefined): string =>
  [
    on === undefined || every === 'daily' ? every : `${every}, ${dayText(on)}`,
    ...(at === undefined ? [] : [clockOf(at)]),
    zoneText(tz, zone),
  ].join(' ');

/** Parses a day as a profile writes it: 'monday', 'first monday', '15'. Undefined for anything else. */
export const parseScheduleDay = (text: string): ScheduleDay | undefined => {
  const [, first, name = ''] = /^(first )?(\w+)$/i.exec(text.trim()) ?? [];
  const day = dayNames.findIndex((dayName) => dayName.toLowerCase() === name.toLowerCase());
  if (day >= 0) return { is: first === undefined ? 'weekday' : 'first', day };
  const date = /^\d{1,2}$/.test(name) && first === undefined ? Number(name) : 0;
  return date >= 1 && date <= 31 ? { is: 'date', date } : undefined;
};
