import type { Millis } from '../../../domain/fault.ts';
import { parseMoment } from '../time-travel/parse-moment.ts';
import type { LogClock } from './look.ts';
import { shown } from './times.ts';

const iso = /^(\d{4}-\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(z|[+-]\d\d:?\d\d)?$/i;

/**
 * '10:14', '10:14:30' (the last time that it was so late), '-15m', '2026-03-04T10:14' → a moment of the machine's clock;
 * undefined when it is none. What names no zone is meant as the chosen clock shows it.
 */
export const parseWhen = (text: string, now: Millis, clock: LogClock): Millis | undefined => {
  const ahead = shown(now, clock) - now;
  const [, day, time, zone] = iso.exec(text.trim()) ?? [];
  if (day !== undefined) {
    const at = Date.parse(`${day}T${time}${zone ?? 'Z'}`);
    if (Number.isNaN(at)) return undefined;
    return zone === undefined ? at - ahead : at;
  }
  const at = parseMoment(text, now + ahead);
  return at === undefined ? undefined : at - ahead;
};

/** From a moment on, up to one, or both. */
export interface Span {
  readonly from?: Millis;
  readonly to?: Millis;
}

const dayMs: Millis = 86_400_000;
const between = /\s*(?:\.\.|–|-)\s*/g;

/**
 * '10:14-10:20', '-30m..-10m', '10:14-' (from then on), '-10:20' (until then) → a span; an end that would lie before its
 * beginning is a day later (23:50-00:10). Undefined when it is none.
 */
export const parseSpan = (text: string, now: Millis, clock: LogClock): Span | undefined => {
  for (const { 0: middle, index } of text.trim().matchAll(between)) {
    const [left, right] = [text.trim().slice(0, index), text.trim().slice(index + middle.length)];
    const [from, to] = [parseWhen(left, now, clock), parseWhen(right, now, clock)];
    const isRead = (from !== undefined || left === '') && (to !== undefined || right === '');
    if (!isRead || (from === undefined && to === undefined)) continue;
    if (from === undefined) return { to: to ?? now };
    if (to === undefined) return { from };
    return { from, to: to <= from ? to + dayMs : to };
  }
  return undefined;
};
