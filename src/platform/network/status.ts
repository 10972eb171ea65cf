import { STATUS_CODES } from 'node:http';
import type { Millis } from '../../domain/base/fault.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { longestRetryMs, WireError } from '../runtime/wire-error.ts';
import type { HttpAnswer, HttpRequest } from './http-messages.ts';
import { methodOverride } from './method-override.ts';

const defaultLimit = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** The number of redirects a request follows: by default none except for GET and HEAD. */
export const redirectLimit = (request: HttpRequest): number =>
  request.method === 'GET' || request.method === 'HEAD' ? (request.maxRedirects ?? defaultLimit) : 0;

/**
 * Follows redirects on the same origin, so that credentials never leave it. A redirect to another origin is returned
 * as the response. A loop, or more redirects than the limit, is a `malformed` WireError. A target that the server takes
 * for a request of another method is a `denied` one, and is not requested.
 */
export const followRedirects = async (
  request: HttpRequest,
  limit: number,
  send: (request: HttpRequest) => Promise<HttpAnswer>,
): Promise<HttpAnswer> => {
  const visited: string[] = [];
  let url = new URL(request.url).href;
  let latencyMs = 0;
  for (;;) {
    visited.push(url);
    const answer = await send({ ...request, url });
    latencyMs += answer.latencyMs;
    const next = limit === 0 ? undefined : sameOriginTarget(answer, url);
    if (next === undefined) return withLatency(answer, latencyMs);
    if (visited.includes(next))
      throw new WireError(
        'malformed',
        `the server redirects in a loop: ${path(url)} → ${path(next)}. Set url: to a page without a redirect`,
      );
    if (visited.length > limit)
      throw new WireError(
        'malformed',
        `the server answered with more than ${limit} redirects: set url: to the address where they end`,
      );
    // The headers are those of the first request, which was checked where only reads are allowed.
    const override = methodOverride(next, undefined);
    if (override !== undefined)
      throw new WireError('denied', `the redirect to ${path(next)} is not followed: ${override}`);
    url = next;
  }
};

/** The redirect target of a response, if it has the same origin. */
const sameOriginTarget = (answer: HttpAnswer, from: string): string | undefined => {
  const to = redirectTarget(answer, from);
  return to !== undefined && new URL(to).origin === new URL(from).origin ? to : undefined;
};

/** The absolute redirect target of a response; undefined if it is not a redirect. */
export const redirectTarget = (answer: HttpAnswer, from = answer.url): string | undefined => {
  const location = answer.headers.location;
  if (!redirects.has(answer.status) || location === undefined || !URL.canParse(location, from))
    return undefined;
  const to = new URL(location, from);
  to.hash = '';
  return to.href;
};

/** Copies descriptors, because `text` is a lazy getter. */
const withLatency = (answer: HttpAnswer, latencyMs: number): HttpAnswer =>
  answer.latencyMs === latencyMs
    ? answer
    : Object.defineProperties(answer, { latencyMs: { value: latencyMs, enumerable: true } });

const path = (url: string): string => new URL(url).pathname;

/** '503 Service Unavailable' */
export const statusText = (status: number): string => `${status} ${STATUS_CODES[status] ?? ''}`.trim();

/**
 * Maps an HTTP status to a WireError; undefined for 2xx. 401 and 403 are denied, 404 and 410 missing. 429, and a 503
 * with Retry-After, are throttled. Other 5xx are unreachable, the rest malformed (RFC 9110 §15). `wallNow` is the
 * machine's time, for a Retry-After date. A delay is at most five minutes.
 */
export const statusError = (answer: HttpAnswer, wallNow: Millis): WireError | undefined => {
  const { status } = answer;
  if (status >= 200 && status < 300) return undefined;
  const message = `answered ${statusText(status)}`;
  if (status === 401 || status === 403) return new WireError('denied', message);
  if (status === 404 || status === 410) return new WireError('missing', message);
  const waitMs = parseRetryAfter(answer.headers['retry-after'], wallNow);
  if (status === 429 || (status === 503 && waitMs !== undefined)) return throttledError(message, waitMs);
  if (status >= 500) return new WireError('unreachable', message);
  const elsewhere = redirectTarget(answer);
  return new WireError('malformed', elsewhere === undefined ? message : `${message}, points to ${elsewhere}`);
};

/**
 * The error of a server that asks for a delay, with the delay and its origin. It counts for at most five minutes. `askedMs`: undefined if
 * the server names none. `origin`: the header or the limit that names it.
 */
export const throttledError = (
  message: string,
  askedMs: Millis | undefined,
  origin = 'its Retry-After',
): WireError => {
  if (askedMs === undefined) return new WireError('throttled', message);
  const waitMs = Math.min(askedMs, longestRetryMs);
  const longer = askedMs > waitMs ? `, although ${origin} asks for a longer wait` : '';
  return new WireError('throttled', `${message}, retry in ${formatDuration(waitMs)}${longer}`, waitMs);
};

/** True for a message of `statusError` for a 401: the request was not authenticated and had no effect. */
export const saysUnauthenticated = (message: string): boolean => /\banswered 401\b/.test(message);

/** Parses a Retry-After header to ms: seconds or an HTTP date (RFC 9110 §10.2.3); undefined if it is neither. */
export const parseRetryAfter = (header: string | undefined, wallNow: Millis): Millis | undefined => {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const time = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : Math.max(0, time - wallNow);
};
