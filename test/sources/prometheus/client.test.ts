import { expect, test } from 'vitest';
import { openReadIo } from '../../../src/doors/read-io.ts';
import { openPrometheusClient } from '../../../src/sources/prometheus/client.ts';
import { prometheusConfig } from '../../../src/sources/prometheus/config.ts';
import { localServer } from '../../support/local-server.ts';
import { manualClock } from '../../support/manual-clock.ts';

const never = new AbortController().signal;
const hour = 3_600_000;

/** A Prometheus whose clock differs from the local one, and its client. */
const open = async (aheadMs: number, result: (url: URL) => unknown = () => []) => {
  const clock = manualClock();
  const server = await localServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const time = (clock.now() + aheadMs) / 1000;
    const range = url.pathname.endsWith('query_range');
    const data = range
      ? { resultType: 'matrix', result: result(url) }
      : { resultType: 'scalar', result: [time, String(time)] };
    response.end(JSON.stringify({ status: 'success', data }));
  });
  const io = openReadIo(clock);
  const client = openPrometheusClient(
    'prom',
    prometheusConfig.parse({ url: `${server.url}/prefix/`, timeout: '4s' }),
    io,
  );
  return {
    clock,
    server,
    client,
    [Symbol.asyncDispose]: async () => {
      await io.close();
      await server[Symbol.asyncDispose]();
    },
  };
};
const asked = (url: string | undefined) => new URL((url ?? '').split(' ')[1] ?? '/', 'http://x');

test('a query has its timeout, after the prefix of the route; a long one is sent as a form', async () => {
  await using at = await open(0);
  await at.client.query('a + "ü&b"', never);
  const long = `up{job!="${'x'.repeat(2100)}"}`;
  await at.client.query(long, never);
  const first = asked(at.server.asked[0]);
  expect(first.pathname).toBe('/prefix/api/v1/query');
  expect(Object.fromEntries(first.searchParams)).toEqual({ query: 'a + "ü&b"', timeout: '4s' });
  expect(at.server.asked[1]).toBe('POST /prefix/api/v1/query');
  expect(at.client.queryFault('up', new Error('x')).message).toContain('GET http');
  expect(at.client.queryFault(long, new Error('x')).message).toContain('POST http');
});

test.each([
  [hour, hour],
  [-hour, -hour],
  [20_000, 0],
])(
  'a range is requested by the clock of the server, %i ms ahead, and returned in local time',
  async (aheadMs, known) => {
    const labels = { job: 'shop' };
    await using at = await open(aheadMs, (url) => [
      {
        metric: labels,
        values: [
          [Number(url.searchParams.get('start')), '1'],
          [Number(url.searchParams.get('end')), 'NaN'],
        ],
      },
    ]);
    const now = at.clock.now();
    const range = { from: now - hour, to: now, stepMs: 30_000 };
    const { value } = await at.client.queryRange('up', range, never);
    // 10:15:07: the steps are multiples of 30 s on the server's clock.
    const first = now - hour + 23_000;
    const last = now - 7_000;
    expect(value).toEqual([
      {
        labels,
        points: [
          { at: first, value: 1 },
          { at: last, why: 'the result is NaN, not a number: check the query for a division by 0' },
        ],
      },
    ]);
    const { searchParams } = asked(at.server.asked[1]);
    expect(Object.fromEntries(searchParams)).toEqual({
      query: 'up',
      start: ((first + known) / 1000).toFixed(3),
      end: ((last + known) / 1000).toFixed(3),
      step: '30.000',
      timeout: '4s',
    });
    expect(at.client.clockAheadMs()).toBe(known);
    await at.client.queryRange('up', range, never);
    expect(at.server.asked, 'its clock is asked for once').toHaveLength(3);
  },
);

test('JSON that is the response is not from Prometheus is malformed', async () => {
  await using server = await localServer((_, response) => response.end('{"status":"UP"}'));
  const io = openReadIo(manualClock());
  const client = openPrometheusClient('prom', prometheusConfig.parse({ url: server.url }), io);
  await expect(client.query('up', never)).rejects.toMatchObject({
    kind: 'malformed',
    message: expect.stringContaining('the response is not from Prometheus'),
  });
  await io.close();
});
