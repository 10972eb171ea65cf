import { expect, test } from 'vitest';
import { toHttpAnswer } from '../../../src/platform/network/http-answer.ts';
import { markedQuery, prometheusAnswerError } from '../../../src/sources/prometheus/problem.ts';
import { recorded } from '../recorded.ts';

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  toHttpAnswer({
    status,
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    latencyMs: 1,
    url: 'http://p/',
  });
const problem = (status: number, body: unknown, promql?: string) => {
  const found = prometheusAnswerError(answer(status, body), 0, promql);
  return found && { kind: found.kind, message: found.message };
};

test.each([
  [
    'source-unclosed',
    'sum(rate(foo[5m])',
    '1:18: parse error: unclosed left parenthesis in "sum(rate(foo[5m]) <-- HERE"',
  ],
  [
    'source-error-middle',
    'sum(rate(shop_errors_ratio[5m]) by (job',
    '1:33: parse error: unexpected <by> in aggregation in "sum(rate(shop_errors_ratio[5m])  <-- HERE by (job"',
  ],
  [
    'source-error-line2',
    'sum by (job) (\n  rate(shop_errors_ratio)\n)',
    '2:8: parse error: expected type range vector in call to function "rate", got instant vector in "rate( <-- HERE shop_errors_ratio)"',
  ],
])('%s: the query is shown with a mark at the position of the error', (name, promql, message) => {
  expect(problem(400, recorded(`prometheus-2.42/${name}.json`), promql)).toEqual({
    kind: 'malformed',
    message,
  });
});

test('an execution error names its query', () => {
  const body = recorded('prometheus-2.42/source-many-to-many.json');
  expect(problem(422, body, 'up + on() up')).toEqual({
    kind: 'malformed',
    message: expect.stringMatching(/^execution of "up \+ on\(\) up": found duplicate series/),
  });
});

const error = (errorType: string) => ({ status: 'error', errorType, error: 'parse error' });
test.each([
  [503, error('timeout'), 'timeout'],
  [503, error('canceled'), 'unreachable'],
  [500, error('internal'), 'unreachable'],
  [503, error('unavailable'), 'unreachable'],
  [404, error('not_found'), 'missing'],
  [400, error('bad_data'), 'malformed'],
  [200, error('execution'), 'malformed'],
  [406, error('news'), 'malformed'],
])('%i %j is %s, with its own message', (status, body, kind) => {
  expect(problem(status, body)).toEqual({ kind, message: `${body.errorType}: parse error` });
});

test.each([
  [200, '{"status":"success"}', undefined],
  [
    503,
    'Service Unavailable',
    { kind: 'unreachable', message: expect.stringContaining('Prometheus is starting') },
  ],
  [503, '<html>proxy</html>', { kind: 'unreachable', message: 'answered 503 Service Unavailable' }],
  [404, '404 page not found', { kind: 'missing', message: 'answered 404 Not Found' }],
  [401, error('bad_data'), { kind: 'denied', message: 'answered 401 Unauthorized' }],
  [429, error('bad_data'), { kind: 'throttled', message: 'answered 429 Too Many Requests' }],
  [400, '{"status":"no', { kind: 'malformed', message: 'answered 400 Bad Request' }],
])('%i %j', (status, body, expected) => {
  expect(problem(status, body)).toEqual(expected);
});

test('a long line is truncated around the mark, and columns count bytes', () => {
  const long = markedQuery(`${'a'.repeat(100)}!${'b'.repeat(100)}`, 1, 101);
  expect(long).toBe(`…${'a'.repeat(60)} <-- HERE !${'b'.repeat(39)}…`);
  expect(markedQuery('x{a="ü"} !', 1, 11)).toBe('x{a="ü"}  <-- HERE !');
  expect(markedQuery('x', 7, 3)).toBe('<-- HERE');
});
