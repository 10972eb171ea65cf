import { expect, test } from 'vitest';
import { historyQuery } from '../../../src/sources/prometheus/history.ts';
import { openFixture, type Reply } from './fixture.ts';

const never = new AbortController().signal;
const minute = 60_000;

type Values = readonly (readonly [number, string])[];

const matrix = (...result: readonly { readonly metric: object; readonly values: Values }[]): Reply => ({
  body: { status: 'success', data: { resultType: 'matrix', result } },
});

const scalar = (position: number): Reply => ({
  body: { status: 'success', data: { resultType: 'scalar', result: [position / 1000, '1'] } },
});

test('the history of a signal is one range query; NaN is a gap', async () => {
  const values: Values = [
    [600, '1.5'],
    [660, 'NaN'],
    [720, '2'],
  ];
  await using fixture = await openFixture(
    (path, query) => {
      if (query === 'time()') return scalar(fixture.clock.now());
      return path.endsWith('query_range') ? matrix({ metric: { pod: 'a' }, values }) : undefined;
    },
    {},
    [{ id: 'rate', read: { query: 'rate(x[5m])' } }],
  );
  const range = { from: fixture.clock.now() - 10 * minute, to: fixture.clock.now(), stepMs: minute };
  expect(await fixture.feed('query').readHistory?.(range, never)).toEqual({
    series: [
      {
        signal: 'rate',
        labels: { pod: 'a' },
        points: [
          { at: 600_000, value: 1.5 },
          { at: 720_000, value: 2 },
        ],
      },
    ],
    faults: [],
  });
  expect(fixture.queries).toEqual(['time()', 'rate(x[5m])']);
});

test('the server aggregates; minimum, maximum and count skip what is not finite', () => {
  expect(historyQuery('up # all', undefined)).toBe('up # all');
  expect(historyQuery('up # all', 'sum')).toBe('sum(\nup # all\n)');
  expect(historyQuery('up', 'count')).toBe('count((\nup\n) < Inf > -Inf)');
});

test.each([
  [{ status: 403, body: 'forbidden' }, 'denied'],
  [
    { status: 422, body: { status: 'error', errorType: 'execution', error: 'too many samples' } },
    'malformed',
  ],
  [
    {
      body: {
        status: 'success',
        data: { resultType: 'matrix', result: [{ metric: {}, values: [[600, '1']] }] },
        warnings: ['a store did not answer'],
      },
    },
    'malformed',
  ],
] as const)('a failed or incomplete range is a fault without values: %#', async (reply, kind) => {
  await using fixture = await openFixture(
    (_, query) => (query === 'time()' ? scalar(fixture.clock.now()) : reply),
    {},
    [{ id: 'up', read: { query: 'up' } }],
  );
  const range = { from: fixture.clock.now() - 10 * minute, to: fixture.clock.now(), stepMs: minute };
  const reading = await fixture.feed('query').readHistory?.(range, never);
  expect(reading?.series).toEqual([]);
  expect(reading?.faults).toMatchObject([
    { kind, source: 'prom', message: expect.stringContaining('/api/v1/query_range') },
  ]);
});
