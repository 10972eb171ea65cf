import { parseDuration } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';

const dayMs: Millis = 86_400_000;

/** The last time before `now` that clocks showed this time of day, in UTC as the screen tells it. */
const timeOfDay = (text: string, now: Millis): Millis | undefined => {
  const found = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (found === null) return undefined;
  const [hours, minutes, seconds] = [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const today = Math.floor(now / dayMs) * dayMs + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return today <= now ? today : today - dayMs;
};

/**
 * '09:40', '09:40:15' (the last time that it was so late), '-25m', '25m' (ago) → a moment of the machine's clock, at
 * most `now`; undefined when it is none of these.
 */
export const parseMoment = (text: string, now: Millis): Millis | undefined => {
  const plain = text.trim().toLowerCase();
  const ago = parseDuration(plain.replace(/^-\s*/, '').replace(/\s*ago$/, ''));
  return ago === undefined ? timeOfDay(plain, now) : now - ago;
};
