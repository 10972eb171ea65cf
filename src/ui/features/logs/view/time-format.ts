import type { Millis } from '../../../../domain/base/fault.ts';
import { formatAge } from '../../../../domain/text/duration.ts';
import { isoTime } from '../../../../domain/text/format.ts';
import { parsePastTime } from '../../../kit/text/past-time.ts';
import type { LogTimeFormat } from './view-state.ts';

const dated = /^((?:\d{4}-)?\d\d-\d\d)[t ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(z|[+-]\d\d:?\d\d)?$/i;

/** A day with its year. Rows and messages show it without: it is the latest such day up to today. */
const withYear = (day: string, today: string): string => {
  if (day.length > 5) return day;
  const year = Number(today.slice(0, 4));
  return `${day > today.slice(5, 10) ? year - 1 : year}-${day}`;
};

/**
 * Parses '10:14', '10:14:30' (the latest such time in the past), '-15m', '2026-03-04T10:14' or, as rows show it, '03-04 10:14'
 * to wall-clock time. Times without a zone use the selected clock. Undefined if the text is not a time.
 */
export const parseLogTime = (text: string, now: Millis, clock: LogTimeFormat): Millis | undefined => {
  const ahead = toDisplayTime(now, clock) - now;
  const [, day, time, zone] = dated.exec(text.trim()) ?? [];
  if (day !== undefined) {
    const moment = Date.parse(`${withYear(day, isoTime(now + ahead))}T${time}${zone ?? 'Z'}`);
    if (Number.isNaN(moment)) return undefined;
    return zone === undefined ? moment - ahead : moment;
  }
  const onlyTime = parsePastTime(text, now + ahead);
  return onlyTime === undefined ? undefined : onlyTime - ahead;
};

/** A time range; an absent end is open. */
export interface LogTimeRange {
  readonly from?: Millis;
  readonly to?: Millis;
}

const millisInDay: Millis = 86_400_000;
const between = /\s*(?:\.\.|–|-)\s*/g;

/**
 * Parses a time range: '10:14-10:20', '-30m..-10m', '10:14-' (open end), '-10:20' (open start). An end before the start
 * is on the next day (23:50-00:10). Undefined if the text is not a range.
 */
export const parseLogTimeRange = (
  text: string,
  now: Millis,
  clock: LogTimeFormat,
): LogTimeRange | undefined => {
  for (const { 0: middle, index } of text.trim().matchAll(between)) {
    const left = text.trim().slice(0, index);
    const right = text.trim().slice(index + middle.length);
    const from = parseLogTime(left, now, clock);
    const to = parseLogTime(right, now, clock);
    const isRead = (from !== undefined || left === '') && (to !== undefined || right === '');
    if (!isRead || (from === undefined && to === undefined)) continue;
    if (from === undefined) return { to: to ?? now };
    if (to === undefined) return { from };
    return { from, to: to <= from ? to + millisInDay : to };
  }
  return undefined;
};

const minuteMs: Millis = 60_000;

/** Shifts a time so that formatting it as UTC shows local time. */
const local = (time: Millis): Millis => time - new Date(time).getTimezoneOffset() * minuteMs;

/** Shifts a time so that formatting it as UTC shows the selected clock. */
export const toDisplayTime = (time: Millis, clock: LogTimeFormat): Millis =>
  clock === 'local' ? local(time) : time;

/** The time format of the visible rows. */
export interface TimeColumnFormat {
  readonly clock: LogTimeFormat;
  /** True if any of them is not from today. */
  readonly days: boolean;
  readonly millis: boolean;
  /** Wall clock. */
  readonly now: Millis;
}

const agoCells = 6;

export const timeColumnWidth = ({ clock, days, millis }: TimeColumnFormat): number =>
  clock === 'ago' ? agoCells : 8 + (millis ? 4 : 0) + (days ? 6 : 0);

/** '10:14:26.871', '03-03 10:14:26', '3m27s'. */
export const formatLogTime = (time: Millis, { clock, days, millis, now }: TimeColumnFormat): string => {
  if (clock === 'ago') return formatAge(now - time).padStart(agoCells);
  const iso = isoTime(toDisplayTime(time, clock));
  return `${days ? `${iso.slice(5, 10)} ` : ''}${iso.slice(11, millis ? 23 : 19)}`;
};

/** Formats a time with its date for messages: '03-04 10:14:26'. */
export const formatMessageTime = (time: Millis, clock: LogTimeFormat): string =>
  isoTime(toDisplayTime(time, clock)).slice(5, 19).replace('T', ' ');
