/** A schedule of a CronJob: the values that each field permits. Source: kubernetes.io, "CronJob", schedule syntax. */
export interface CronSchedule {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  /** True: both the day of the month and the weekday are restricted, and either is enough. */
  readonly isEitherDay: boolean;
}

const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const weekdayNames = 'sun mon tue wed thu fri sat'.split(' ');

/** Parses one field; undefined when it is none. Names count from `least`. */
const parseCronField = (
  text: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): ReadonlySet<number> | undefined => {
  const numberOf = (word: string): number => {
    const named = names.indexOf(word.toLowerCase());
    return named >= 0 ? named + least : /^\d+$/.test(word) ? Number(word) : Number.NaN;
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, range = '', step] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
    const [first = '', last] = range.split('-');
    const isAny = range === '*' || range === '?';
    const from = isAny ? least : numberOf(first);
    const to = isAny || (last === undefined && step !== undefined) ? most : numberOf(last ?? first);
    const by = Number(step ?? 1);
    if (!(from >= least && to <= most && from <= to && by > 0)) return undefined;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return values;
};

/** Parses a schedule of five fields or a macro such as @hourly; undefined for any other text. */
export const parseCronSchedule = (text: string): CronSchedule | undefined => {
  const spelled = macros[text.trim().toLowerCase()] ?? text.trim();
  const [minute = '', hour = '', day = '', month = '', weekday = '', ...rest] = spelled.split(/\s+/);
  const minutes = parseCronField(minute, 0, 59);
  const hours = parseCronField(hour, 0, 23);
  const days = parseCronField(day, 1, 31);
  const months = parseCronField(month, 1, 12, monthNames);
  const named = parseCronField(weekday, 0, 7, weekdayNames);
  if (
    rest.length > 0 ||
    minutes === undefined ||
    hours === undefined ||
    days === undefined ||
    months === undefined ||
    named === undefined
  )
    return undefined;
  const isAny = (field: string): boolean => /^[*?]/.test(field);
  return {
    minutes,
    hours,
    days,
    months,
    // Sunday is 0 or 7.
    weekdays: new Set([...named].map((value) => value % 7)),
    isEitherDay: !isAny(day) && !isAny(weekday),
  };
};

const dayLengthMs = 86_400_000;
const minuteMs = 60_000;
const hourMs = 3_600_000;
/** A schedule without any run in this time, such as 30 February, has none. */
const longestDays = 366 * 4 + 1;

const runsOnDay = ({ days, months, weekdays, isEitherDay }: CronSchedule, local: Date): boolean => {
  if (!months.has(local.getUTCMonth() + 1)) return false;
  const isDay = days.has(local.getUTCDate());
  const isWeekday = weekdays.has(local.getUTCDay());
  return isEitherDay ? isDay || isWeekday : isDay && isWeekday;
};

/** The offset of local time from UTC, at a time. */
export type ZoneOffset = (at: number) => number;

/** The first run after a time, in milliseconds since 1970; undefined without any. */
export const nextCronRun = (
  schedule: CronSchedule,
  after: number,
  offset: ZoneOffset,
): number | undefined => {
  const firstDay = Math.floor((after + offset(after)) / dayLengthMs);
  const hours = [...schedule.hours].toSorted((a, b) => a - b);
  const minutes = [...schedule.minutes].toSorted((a, b) => a - b);
  for (let day = firstDay; day < firstDay + longestDays; day++) {
    const midnight = day * dayLengthMs;
    if (!runsOnDay(schedule, new Date(midnight))) continue;
    for (const hour of hours)
      for (const minute of minutes) {
        const local = midnight + hour * hourMs + minute * minuteMs;
        const time = local - offset(local - offset(local));
        if (time > after) return time;
      }
  }
  return undefined;
};

/** True where a run is due at this time. */
export const isCronRun = (schedule: CronSchedule, at: number, offset: ZoneOffset): boolean => {
  const local = new Date(at + offset(at));
  return (
    schedule.minutes.has(local.getUTCMinutes()) &&
    schedule.hours.has(local.getUTCHours()) &&
    runsOnDay(schedule, local)
  );
};

/** The offset of a named time zone; undefined for an unknown name. */
export const zoneOffset = (zone: string): ZoneOffset | undefined => {
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    return (at) => {
      const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
      const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):(\d+)/.exec(name) ?? [];
      return (sign === '-' ? -1 : 1) * (Number(hours) * hourMs + Number(minutes) * minuteMs);
    };
  } catch {
    return undefined;
  }
};

/** Every offset that a time zone has today, in steps of half an hour: from UTC-12 to UTC+14. */
export const everyOffset: readonly ZoneOffset[] = Array.from({ length: 53 }, (_, index) => {
  const ms = (index - 24) * 30 * minuteMs;
  return () => ms;
});
