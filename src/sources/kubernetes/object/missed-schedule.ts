import type { Millis } from '../../../domain/base/fault.ts';
import {
  everyOffset,
  isCronRun,
  nextCronRun,
  parseCronSchedule,
  type ZoneOffset,
  zoneOffset,
} from './cron-schedule.ts';

interface ScheduleTimes {
  readonly schedule: string;
  /** `spec.timeZone`; absent: that of the controller, which the API does not tell. */
  readonly timeZone?: string | undefined;
  /** The last run, or the creation without one, in milliseconds since 1970. */
  readonly last: number;
  /** True: `last` is a run. */
  readonly hasRun: boolean;
}

/** Offsets that the controller may have: those at which the last run was due. */
const possibleOffsets = (
  schedule: NonNullable<ReturnType<typeof parseCronSchedule>>,
  { timeZone, last, hasRun }: ScheduleTimes,
): readonly ZoneOffset[] => {
  const named = timeZone === undefined ? undefined : zoneOffset(timeZone);
  if (named !== undefined) return [named];
  const matching = hasRun ? everyOffset.filter((offset) => isCronRun(schedule, last, offset)) : [];
  return matching.length === 0 ? everyOffset : matching;
};

/**
 * The time at which the next run was due, in every time zone that the controller can have; undefined when it is not due
 * yet in one of them, and for a schedule that cannot be parsed.
 */
export const missedRun = (times: ScheduleTimes, now: number, graceMs: Millis): number | undefined => {
  const schedule = parseCronSchedule(times.schedule);
  if (schedule === undefined) return undefined;
  let latest = 0;
  for (const offset of possibleOffsets(schedule, times)) {
    const due = nextCronRun(schedule, times.last, offset);
    if (due === undefined || due + graceMs > now) return undefined;
    latest = Math.max(latest, due);
  }
  return latest === 0 ? undefined : latest;
};
