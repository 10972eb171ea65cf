import type { Millis } from '../../domain/base/fault.ts';
import type { HttpAnswer } from './http-messages.ts';

/**
 * Returns the age of an answer that a cache on the way had stored; undefined for one that was made for the request. Source: RFC 9111, section
 * 5.1.
 */
export const storedAge = ({ headers }: Pick<HttpAnswer, 'headers'>): Millis | undefined => {
  const written = /^\d{1,10}$/.exec(headers.age?.trim() ?? '')?.[0];
  const seconds = Number(written ?? 0);
  return seconds > 0 ? seconds * 1000 : undefined;
};

/** A date further than this from the clock is none: the server has no clock. */
const plausibleMs = 86_400_000;
/** Servers make the date once a second. */
const dateStepMs = 3000;

/**
 * Creates a memory of the answers to one request. A cache that tells no age keeps the `Date` of the answer that it has stored, so an answer with the
 * date of an earlier one is at least as old as that. Source: RFC 9110, 6.6.1.
 */
export const createAnswerAges = (
  wallNow: () => Millis,
): ((answer: Pick<HttpAnswer, 'headers'>) => Millis | undefined) => {
  let seen: { readonly date: string; readonly at: Millis } | undefined;
  return (answer) => {
    const { date } = answer.headers;
    const now = wallNow();
    if (date === undefined || !(Math.abs(Date.parse(date) - now) < plausibleMs)) seen = undefined;
    else if (date !== seen?.date) seen = { date, at: now };
    const kept = seen === undefined ? 0 : now - seen.at;
    const age = Math.max(storedAge(answer) ?? 0, kept > dateStepMs ? kept : 0);
    return age > 0 ? age : undefined;
  };
};
