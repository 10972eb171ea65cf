import type { Millis } from '../../domain/base/fault.ts';
import type { Guard, QuietHours } from '../../domain/runbooks/guard.ts';
import { answerFlag } from './answer-flags.ts';
import { isChanging } from './danger.ts';
import { type CheckRuling, forbids, isRunbookListed, passes, type RunUnderPolicy } from './ruling.ts';

const dayMinutes = 24 * 60;
const minuteMs: Millis = 60_000;
const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

interface TimeOfWeek {
  /** 0 is Sunday. */
  readonly day: number;
  /** Minutes since midnight. */
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Caches one format per zone, because creating one is expensive. */
const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  formats.set(zone, made);
  return made;
};

/** Converts a wall-clock time to the local time of a zone. */
const inZone = (wall: Millis, zone: string): TimeOfWeek => {
  const parts = formatOf(zone).formatToParts(wall);
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  return { day: dayNames.indexOf(of('weekday')), minute: Number(of('hour')) * 60 + Number(of('minute')) };
};

/**
 * True when quiet hours apply at a wall-clock time in their zone. Hours past midnight belong to the day on which they
 * begin.
 */
export const isQuiet = ({ days, from, to, zone }: QuietHours, wall: Millis): boolean => {
  const { day, minute } = inZone(wall, zone);
  const today = days.includes(day);
  if (from < to) return today && minute >= from && minute < to;
  const yesterday = days.includes((day + 6) % 7);
  return (today && minute >= from) || (yesterday && minute < to);
};

/** Clock changes are multiples of this. Source: the tz database. */
const shiftMs: Millis = 15 * minuteMs;

/** The end of quiet hours that apply now. Undefined when it is more than a week away. */
export const quietEnd = (hours: QuietHours, wall: Millis): Millis | undefined => {
  const toEnd = (time: Millis): Millis => {
    const { minute } = inZone(time, hours.zone);
    return time - (time % minuteMs) + (((hours.to - minute + dayMinutes - 1) % dayMinutes) + 1) * minuteMs;
  };
  let moment = toEnd(wall);
  // Accounts for a clock change in between.
  while (moment - shiftMs > wall && !isQuiet(hours, moment - shiftMs)) moment -= shiftMs;
  for (let tries = 0; isQuiet(hours, moment); tries++) {
    if (tries > 8 * 96) return undefined;
    moment += shiftMs;
  }
  return moment;
};

/** 'Mon 06:00 Europe/Berlin' */
export const weekText = (wall: Millis, zone: string): string => {
  const { day, minute } = inZone(wall, zone);
  const clock = [Math.floor(minute / 60), minute % 60].map((n) => String(n).padStart(2, '0')).join(':');
  return `${dayNames[day] ?? ''} ${clock} ${zone}`;
};

/** A period that blocks a run. */
interface ChangeHalt {
  /** 'frozen until 2027-01-07 00:00 UTC: holidays' */
  readonly words: string;
  readonly except: readonly string[];
  readonly mayBreak: boolean;
}

/** '2027-01-07 00:00 UTC' */
const momentText = (wall: Millis): string =>
  `${new Date(wall).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const freezesAt = ({ freezes = [] }: Guard, wall: Millis): readonly ChangeHalt[] =>
  freezes
    .filter(({ from, to }) => from <= wall && wall < to)
    .map((freeze) => ({
      ...freeze,
      words: `changes are frozen until ${momentText(freeze.to)}: ${freeze.why}`,
    }));

const quietAt = ({ quiet = [] }: Guard, wall: Millis): readonly ChangeHalt[] =>
  quiet
    .filter((hours) => isQuiet(hours, wall))
    .map((hours) => {
      const end = quietEnd(hours, wall);
      const until = end === undefined ? '' : ` until ${weekText(end, hours.zone)}`;
      return { ...hours, words: `quiet hours${until}: ${hours.why}` };
    });

const rulingOn = (
  what: 'freeze' | 'quiet',
  halts: readonly ChangeHalt[],
  run: RunUnderPolicy,
): CheckRuling => {
  const holding = halts.filter(({ except }) => !isRunbookListed(run.runbook, except));
  const words = holding.map((halt) => halt.words).join('; ');
  if (halts.length === 0)
    return passes(
      what,
      what === 'freeze' ? 'no change freeze is in effect now' : 'no quiet hours are in effect now',
    );
  if (holding.length === 0)
    return passes(what, `${halts.map((halt) => halt.words).join('. ')}. This runbook is exempt and may run`);
  const firm = holding.filter(({ mayBreak }) => !mayBreak);
  if (firm.length > 0) {
    const why = `${firm.map((halt) => halt.words).join('; ')}. The profile does not allow an override`;
    return forbids(what, why, 'wait until that time is over');
  }
  if (run.override !== undefined)
    return { check: { what, ok: true, why: `${words}. Overridden: ${run.override}` }, does: 'asks' };
  const remedy = `wait until that time is over, or override with a reason ${answerFlag.override}`;
  return forbids(what, words, remedy);
};

/**
 * Checks freezes and quiet hours at a wall-clock time. Empty where the profile has none, or where a run only reads.
 */
export const freezeChecks = (run: RunUnderPolicy, guard: Guard, wall: Millis): readonly CheckRuling[] => {
  if (!isChanging(run.danger)) return [];
  return [
    ...(guard.freezes === undefined ? [] : [rulingOn('freeze', freezesAt(guard, wall), run)]),
    ...(guard.quiet === undefined ? [] : [rulingOn('quiet', quietAt(guard, wall), run)]),
  ];
};
