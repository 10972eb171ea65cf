import { STATUS_CODES } from 'node:http';
import { formatDuration } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import { WireError } from '../wire-error.ts';
import type { HttpAnswer, HttpRequest } from './http-messages.ts';

const defaultLimit = 5;
const redirects = new Set([301, 302, 303, 307, 308]);

/** How many redirects a request follows: only reads do, unless they say 0. */
export const redirectLimit = (request: HttpRequest): number =>
  request.method === 'GET' || request.method === 'HEAD' ? (request.maxRedirects ?? defaultLimit) : 0;

/**
 * Follows redirects on the same origin, so that credentials never leave it; a redirect elsewhere is the answer, and its
 * `location` says where it points. A loop, or more redirects than the limit, is a `malformed` WireError.
 */
export const followRedirects = async (
  request: HttpRequest,
  limit: number,
  send: (request: HttpRequest) => Promise<HttpAnswer>,
): Promise<HttpAnswer> => {
  const trail: string[] = [];
  let url = new URL(request.url).href;
  let latencyMs = 0;
  for (;;) {
    trail.push(url);
    const answer = await send({ ...request, url });
    latencyMs += answer.latencyMs;
    const next = limit === 0 ? undefined : sameOriginTarget(answer, url);
    if (next === undefined) return withLatency(answer, latencyMs);
    if (trail.includes(next))
      throw new WireError('malformed', `redirects in a loop: ${path(url)} → ${path(next)}`);
    if (trail.length > limit) throw new WireError('malformed', `more than ${limit} redirects`);
    url = next;
  }
};

/** Where a redirect of this answer points, when that is the same origin. */
const sameOriginTarget = (answer: HttpAnswer, from: string): string | undefined => {
  const to = redirectTarget(answer, from);
  return to !== undefined && new URL(to).origin === new URL(from).origin ? to : undefined;
};

/** Where an answer redirects to, whole; undefined when it does not. */
export const redirectTarget = (answer: HttpAnswer, from = answer.url): string | undefined => {
  const location = answer.headers.location;
  if (!redirects.has(answer.status) || location === undefined || !URL.canParse(location, from))
    return undefined;
  const to = new URL(location, from);
  to.hash = '';
  return to.href;
};

/** Descriptors, because `text` is worked out only when asked for. */
const withLatency = (answer: HttpAnswer, latencyMs: number): HttpAnswer =>
  answer.latencyMs === latencyMs
    ? answer
    : Object.defineProperties(answer, { latencyMs: { value: latencyMs, enumerable: true } });

const path = (url: string): string => new URL(url).pathname;

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
  const waitMs = parseRetryAfter(answer.headers['retry-after'], wallNow);
  if (status === 429 || (status === 503 && waitMs !== undefined))
    return new WireError(
      'throttled',
      `${said}${waitMs === undefined ? '' : `, retry in ${formatDuration(waitMs)}`}`,
      waitMs,
    );
  if (status >= 500) return new WireError('unreachable', said);
  const elsewhere = redirectTarget(answer);
  return new WireError('malformed', elsewhere === undefined ? said : `${said}, points to ${elsewhere}`);
};

/** True for words that `statusError` finds for a 401: nobody was logged in, and nothing was done. */
export const saysUnauthenticated = (message: string): boolean => /\banswered 401\b/.test(message);

/** Ms that a Retry-After header asks to wait: seconds or an HTTP date (RFC 9110 §10.2.3); undefined when it is neither. */
export const parseRetryAfter = (header: string | undefined, wallNow: Millis): Millis | undefined => {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const at = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - wallNow);
};
