import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { RunningSimulator } from '../../../src/simulator/simulator.ts';
import { startSimulator } from '../../../src/simulator/start.ts';
import { differences, shapeOf } from '../../simulator/support-shape.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { lokiRig } from '../rigs/loki.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const clock = manualClock(Date.now());
let simulator: RunningSimulator;

const query = '/loki/api/v1/query';
const range = '/loki/api/v1/query_range';
/** Label sets have user-defined keys; statistics are not read. */
const maps = ['data[]', 'data.result[].metric', 'data.result[].stream'];
const withoutStatistics = (text: string): unknown =>
  JSON.parse(text, (key, value) => (key === 'stats' ? undefined : value));

const url = (path: string, form: Readonly<Record<string, string>> = {}): string =>
  `${path}?${new URLSearchParams(form)}`;
const responseOf = async (base: string, path: string): Promise<readonly [number, string]> => {
  const answer = await fetch(`${base}${path}`);
  return [answer.status, (await answer.text()).trim()];
};
const simulatorUrl = (): string => simulator.vars('production')['world.loki'] ?? '';
const serverUrl = `http://127.0.0.1:${server.port}`;
const sinceTwoHours = (): Readonly<Record<string, string>> => ({
  start: `${Math.floor(Date.now() / 1000) - 7200}`,
});

const shapes: readonly (readonly [simulated: string, real: string])[] = [
  [url(range, { query: '{app="bus"}' }), url(range, { query: '{app="bus"}', ...sinceTwoHours() })],
  [
    url(query, { query: 'sum by (app) (count_over_time({app="bus"}[2h]))' }),
    url(query, { query: 'sum by (app) (count_over_time({app="bus"}[2h]))' }),
  ],
  [
    url('/loki/api/v1/series', { 'match[]': '{app="bus"}' }),
    url('/loki/api/v1/series', { 'match[]': '{app="bus"}', ...sinceTwoHours() }),
  ],
  ['/loki/api/v1/labels', url('/loki/api/v1/labels', sinceTwoHours())],
  ['/loki/api/v1/label/app/values', url('/loki/api/v1/label/app/values', sinceTwoHours())],
  ['/loki/api/v1/label/absent/values', '/loki/api/v1/label/absent/values'],
  ['/loki/api/v1/status/buildinfo', '/loki/api/v1/status/buildinfo'],
];

const same: readonly string[] = [
  '/ready',
  '/nowhere',
  ...[
    '',
    '{',
    '{app="bus"',
    '{app=bus}',
    '{app="bus",}',
    '{}',
    '{app=~".*"}',
    '{app=~"("}',
    '{app="bus"} |= x',
    '{app="bus"} |= "x" |~ "("',
    'foo',
  ].map((logql) => url(range, { query: logql })),
  url(query, { query: '{app="bus"}' }),
  ...[{ limit: '0' }, { limit: 'x' }, { direction: 'x' }, { start: 'x' }, { start: '5', end: '4' }].map(
    (form) => url(range, { query: '{app="bus"}', ...form }),
  ),
  url('/loki/api/v1/tail', { query: '{app="bus"}' }),
];

/** The outcome of a tail: its rejection, or its close code. */
const tailed = (base: string, logql: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = new WebSocket(
      `${base.replace('http', 'ws')}${url('/loki/api/v1/tail', { query: logql })}`,
    );
    socket.on('error', () => {});
    socket.on('unexpected-response', async (_, response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve(`${response.statusCode} ${text.trim()}`);
    });
    socket.on('close', (code, reason) => resolve(`closed ${code} ${reason}`));
  });

describe('the simulated Loki behaves like the real one', () => {
  beforeAll(async () => {
    simulator = await startSimulator('demo', { clock });
    await lokiRig.settled?.(server);
  });
  afterAll(() => simulator.close());

  test.each(shapes)('the shape of %s', async (simulated, real) => {
    const [[simulatedStatus, simulatedText], [status, text]] = await Promise.all([
      responseOf(simulatorUrl(), simulated),
      responseOf(serverUrl, real),
    ]);
    expect(simulatedStatus).toBe(status);
    expect(
      differences(shapeOf(JSON.parse(simulatedText), maps), shapeOf(withoutStatistics(text), maps)),
    ).toEqual([]);
  });

  test.each(same)('the error text of %s', async (path) => {
    expect(await responseOf(simulatorUrl(), path)).toEqual(await responseOf(serverUrl, path));
  });

  test.each(['', '{app="bus"', 'sum(count_over_time({app="bus"}[1m]))'])('a tail of %s', async (logql) => {
    expect(await tailed(simulatorUrl(), logql)).toBe(await tailed(serverUrl, logql));
  });
});
