import { ageText } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import { isoTime } from '../../../domain/format.ts';
import type { LogClock } from './look.ts';

const minuteMs: Millis = 60_000;
const dayMs: Millis = 86_400_000;

/** So that a moment told in UTC reads as this machine's clocks show it. */
const local = (at: Millis): Millis => at - new Date(at).getTimezoneOffset() * minuteMs;

/** A moment as the chosen clock tells it: what to add so that it can be written as UTC. */
export const shown = (at: Millis, clock: LogClock): Millis => (clock === 'local' ? local(at) : at);

export const sameDay = (a: Millis, b: Millis): boolean => Math.floor(a / dayMs) === Math.floor(b / dayMs);

/** How times are told in the rows that are in sight. */
export interface TimeForm {
  readonly clock: LogClock;
  /** Some of them is of another day than now. */
  readonly days: boolean;
  readonly millis: boolean;
  /** Wall clock. */
  readonly now: Millis;
}

const agoCells = 6;

export const timeCells = ({ clock, days, millis }: TimeForm): number =>
  clock === 'ago' ? agoCells : 8 + (millis ? 4 : 0) + (days ? 6 : 0);

/** '10:14:26.871', '03-03 10:14:26', '3m27s'. */
export const timeText = (at: Millis, { clock, days, millis, now }: TimeForm): string => {
  if (clock === 'ago') return ageText(now - at).padStart(agoCells);
  const iso = isoTime(shown(at, clock));
  return `${days ? `${iso.slice(5, 10)} ` : ''}${iso.slice(11, millis ? 23 : 19)}`;
};

/** '03-04 10:14:26': a moment in a message, which may be of another day. */
export const momentWords = (at: Millis, clock: LogClock): string =>
  isoTime(shown(at, clock)).slice(5, 19).replace('T', ' ');
