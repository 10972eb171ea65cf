import { expect, test } from 'vitest';
import { toHttpAnswer } from '../../../src/platform/network/http-answer.ts';
import { parseRetryAfter, statusError } from '../../../src/platform/network/status.ts';

const now = Date.parse('2026-03-04T10:15:07Z');
const answer = (status: number, headers: Readonly<Record<string, string>> = {}) =>
  toHttpAnswer({ status, headers, body: '', latencyMs: 1, url: 'http://h/x' });

const cases: readonly (readonly [number, Readonly<Record<string, string>>, string | undefined, string])[] = [
  [200, {}, undefined, ''],
  [204, {}, undefined, ''],
  [
    302,
    { location: 'https://login.example/x' },
    'malformed',
    'answered 302 Found, points to https://login.example/x',
  ],
  [400, {}, 'malformed', 'answered 400 Bad Request'],
  [401, {}, 'denied', 'answered 401 Unauthorized'],
  [403, {}, 'denied', 'answered 403 Forbidden'],
  [404, {}, 'missing', 'answered 404 Not Found'],
  [429, {}, 'throttled', 'answered 429 Too Many Requests'],
  [429, { 'Retry-After': '7' }, 'throttled', 'answered 429 Too Many Requests, retry in 7s'],
  [
    429,
    { 'Retry-After': '99999999999' },
    'throttled',
    'answered 429 Too Many Requests, retry in 5m, although its Retry-After asks for a longer wait',
  ],
  [
    503,
    { 'Retry-After': 'Fri, 31 Dec 9999 23:59:59 GMT' },
    'throttled',
    'answered 503 Service Unavailable, retry in 5m, although its Retry-After asks for a longer wait',
  ],
  [
    503,
    { 'Retry-After': 'Wed, 04 Mar 2026 10:16:07 GMT' },
    'throttled',
    'answered 503 Service Unavailable, retry in 1m',
  ],
  [503, {}, 'unreachable', 'answered 503 Service Unavailable'],
  [500, { 'Retry-After': '7' }, 'unreachable', 'answered 500 Internal Server Error'],
  [599, {}, 'unreachable', 'answered 599'],
];
test.each(cases)('%d %j', (status, headers, kind, words) => {
  const error = statusError(answer(status, headers), now);
  expect(error?.kind).toBe(kind);
  expect(error?.message ?? '').toBe(words);
});

test('a Retry-After is seconds or a date; a past date means now, garbage is ignored', () => {
  expect(parseRetryAfter('120', now)).toBe(120_000);
  expect(parseRetryAfter('Wed, 04 Mar 2026 10:15:00 GMT', now)).toBe(0);
  expect(parseRetryAfter('soon', now)).toBeUndefined();
  expect(parseRetryAfter('-5', now)).toBeUndefined();
  expect(parseRetryAfter(undefined, now)).toBeUndefined();
});

test('a Retry-After of a century counts for five minutes', () => {
  expect(statusError(answer(429, { 'Retry-After': '3153600000' }), now)?.retryAfterMs).toBe(300_000);
  expect(statusError(answer(429, { 'Retry-After': '300' }), now)?.retryAfterMs).toBe(300_000);
});
