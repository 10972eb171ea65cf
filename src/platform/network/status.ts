import { STATUS_CODES } from 'node:http';
import { durationText } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import { WireError } from '../failures.ts';
import type { HttpAnswer } from './http-messages.ts';
import { redirectTarget } from './redirects.ts';

/** '503 Service Unavailable' */
export const statusText = (status: number): string => `${status} ${STATUS_CODES[status] ?? ''}`.trim();

/**
 * What an HTTP status says against an answer, as a WireError; undefined for 2xx. 401 and 403 are denied, 404 and 410
 * missing, 429 and a 503 that names a time throttled, other 5xx unreachable, the rest malformed (RFC 9110 §15).
 * `wallNow` is the machine's time, for a Retry-After that is a date.
 */
export const statusError = (answer: HttpAnswer, wallNow: Millis): WireError | undefined => {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const said = `answered ${statusText(status)}`;
  if (status === 401 || status === 403) return new WireError('denied', said);
  if (status === 404 || status === 410) return new WireError('missing', said);
  const waitMs = retryAfterMs(answer.headers['retry-after'], wallNow);
  if (status === 429 || (status === 503 && waitMs !== undefined))
    return new WireError(
      'throttled',
      `${said}${waitMs === undefined ? '' : `, come back in ${durationText(waitMs)}`}`,
      waitMs,
    );
  if (status >= 500) return new WireError('unreachable', said);
  const elsewhere = redirectTarget(answer);
  return new WireError('malformed', elsewhere === undefined ? said : `${said}, points to ${elsewhere}`);
};

/** True for words that `statusError` finds for a 401: nobody was logged in, and nothing was done. */
export const saysUnauthenticated = (message: string): boolean => /\banswered 401\b/.test(message);

/** Ms that a Retry-After header asks to wait: seconds or an HTTP date (RFC 9110 §10.2.3); undefined when it is neither. */
export const retryAfterMs = (header: string | undefined, wallNow: Millis): Millis | undefined => {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - wallNow);
};
