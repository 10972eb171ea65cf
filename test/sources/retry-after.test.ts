import { expect, test } from 'vitest';
import { awsResponseError } from '../../src/clients/aws/aws-error.ts';
import { toHttpAnswer } from '../../src/platform/network/http-answer.ts';
import type { HttpAnswer } from '../../src/platform/network/http-messages.ts';
import { statusError } from '../../src/platform/network/status.ts';
import type { WireError } from '../../src/platform/runtime/wire-error.ts';
import { requestedDelayMs } from '../../src/scheduler/feed-schedule.ts';
import { githubError } from '../../src/sources/github/github-error.ts';

const fiveMinutesMs = 300_000;
const wallNow = Date.parse('2026-03-04T10:15:07Z');

const refusal = (status: number, body: unknown): HttpAnswer =>
  toHttpAnswer({
    status,
    headers: { 'retry-after': '99999999999' },
    body: JSON.stringify(body),
    latencyMs: 1,
    url: 'http://h/x',
  });

const refusals: readonly (readonly [string, () => WireError | undefined])[] = [
  ['any source', () => statusError(refusal(429, {}), wallNow)],
  [
    'aws',
    () =>
      awsResponseError(refusal(400, { __type: 'ThrottlingException', message: 'Rate exceeded' }), wallNow),
  ],
  [
    'github',
    () => githubError(refusal(403, { message: 'You have exceeded a secondary rate limit' }), wallNow),
  ],
];

test.each(refusals)(
  '%s: a delay of millennia counts for five minutes, and its origin is shown',
  (_, read) => {
    const error = read();
    expect(error?.kind).toBe('throttled');
    expect(error?.retryAfterMs).toBe(fiveMinutesMs);
    expect(error?.message).toContain(', retry in 5m, although its Retry-After asks for a longer wait');
  },
);

test('a delay that a source reports itself counts for five minutes, too', () => {
  const fault = { kind: 'throttled', source: 'x', message: 'later', at: 0, retryAfterMs: 1e15 } as const;
  expect(requestedDelayMs({ items: [], faults: [fault] })).toBe(fiveMinutesMs);
});
