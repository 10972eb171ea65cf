import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { type ManualClock, manualClock, withoutDelays } from '../support/manual-clock.ts';
import { valueAt } from './ask.ts';
import { differences, shapeOf } from './support-shape.ts';

let clock: ManualClock;
let simulator: RunningSimulator;
const open = async (): Promise<void> => {
  clock = manualClock();
  simulator = await startSimulator('demo', { clock: withoutDelays(clock), incident: 'dependency-down' });
};

const url = (path: string): string => `${simulator.vars('production')['world.prometheus']}${path}`;
const get = async (path: string): Promise<unknown> => (await fetch(url(path))).json();
const query = (expr: string, more: Readonly<Record<string, string>> = {}): Promise<unknown> =>
  get(`/api/v1/query?${new URLSearchParams({ query: expr, ...more })}`);
const firstValue = async (expr: string): Promise<number> =>
  Number(valueAt(await query(expr), 'data', 'result', '0', 'value', '1'));
const recorded = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(`test/recordings/prometheus-2.42/${name}.json`, 'utf8'));

const now = Date.parse('2026-03-04T10:15:07Z') / 1000;
const lately = `start=${now - 30}&end=${now}`;
/** Label sets and annotations, whose keys are chosen by users. */
const labels = [
  'data.result[].metric',
  'data.alerts[].labels',
  'data.alerts[].annotations',
  'data.groups[].rules[].labels',
  'data.groups[].rules[].annotations',
  'data.groups[].rules[].alerts[].labels',
  'data.groups[].rules[].alerts[].annotations',
  'data.activeTargets[].labels',
  'data.activeTargets[].discoveredLabels',
];

const shapes: readonly (readonly [path: string, recording: string])[] = [
  ['/api/v1/query?query=up', 'query-vector'],
  ['/api/v1/query?query=time()', 'query-scalar'],
  ['/api/v1/query?query=%22a%22', 'query-string'],
  ['/api/v1/query?query=up%5B5s%5D', 'query-matrix'],
  [`/api/v1/query_range?query=up&${lately}&step=10`, 'range'],
  ['/api/v1/targets', 'targets'],
  ['/api/v1/alerts', 'alerts'],
  ['/api/v1/rules?type=alert', 'rules-alert'],
  ['/api/v1/status/buildinfo', 'buildinfo'],
];
const refusals: readonly (readonly [path: string, recording: string, status: number])[] = [
  ['/api/v1/query?query=rate(up%5B5m', 'query-parse-error', 400],
  ['/api/v1/query', 'query-without', 400],
  ['/api/v1/query?query=up&time=abc', 'query-bad-time', 400],
  ['/api/v1/query?query=up&timeout=abc', 'query-bad-timeout', 400],
  [`/api/v1/query_range?query=up%5B5m%5D&${lately}&step=10`, 'range-of-matrix', 400],
  [`/api/v1/query_range?query=up&start=${now}&end=${now - 30}&step=10`, 'range-backwards', 400],
  [`/api/v1/query_range?query=up&${lately}&step=0`, 'range-zero-step', 400],
  [`/api/v1/query_range?query=up&${lately}`, 'range-without-step', 400],
  [`/api/v1/query_range?query=up&start=0&end=${now}&step=1`, 'range-too-many', 400],
  ['/api/v1/rules?type=x', 'rules-bad-type', 400],
];
describe('HTTP API', () => {
  beforeAll(open);
  afterAll(() => simulator.close());

  test.each(shapes)('%s has the keys and types of the real response', async (path, recording) => {
    const mine = shapeOf(await get(path), labels);
    const real = shapeOf(await recorded(recording), labels);
    expect(differences(mine, real)).toEqual([]);
  });

  test.each(refusals)('%s is rejected with the real message', async (path, recording, status) => {
    const answer = await fetch(url(path));
    expect([answer.status, await answer.json()]).toEqual([status, await recorded(recording)]);
  });

  test('rejects series that cannot be matched with an execution error', async () => {
    const answer = await fetch(url(`/api/v1/query?${new URLSearchParams({ query: 'up + on() up' })}`));
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      status: 'error',
      errorType: 'execution',
      error: expect.stringMatching(/^found duplicate series for the match group \{\} on the right hand-side/),
    });
  });

  test('supports health checks and form requests, and rejects other pages and methods', async () => {
    const request = async (path: string, init?: RequestInit) => {
      const answer = await fetch(url(path), init);
      return [answer.status, await answer.text()];
    };
    expect(await request('/-/healthy')).toEqual([200, 'Prometheus Server is Healthy.\n']);
    expect(await request('/-/ready')).toEqual([200, 'Prometheus Server is Ready.\n']);
    expect(await request('/api/v1/nope')).toEqual([404, '404 page not found\n']);
    expect(await request('/api/v1/query', { method: 'PUT' })).toEqual([405, 'Method Not Allowed\n']);
    expect(await request('/api/v1/alerts', { method: 'POST' })).toEqual([405, 'Method Not Allowed\n']);
    const form = new URLSearchParams({ query: '1 + 1' });
    expect((await request('/api/v1/query', { method: 'POST', body: form }))[1]).toContain('"2"]');
  });
});

describe('over time', () => {
  beforeEach(open);
  afterEach(() => simulator.close());

  describe('history', () => {
    test('covers one hour from the first request on, with consistent rates', async () => {
      const rate = 'sum(rate(http_server_requests_seconds_count{job="catalog"}[5m]))';
      const range = `start=${now - 3300}&end=${now}&step=300`;
      const answer = await get(`/api/v1/query_range?query=${encodeURIComponent(rate)}&${range}`);
      const values: unknown = valueAt(answer, 'data', 'result', '0', 'values');
      const rates = [values].flat().map((point) => Number([point].flat()[1]));
      expect(rates.length).toBe(12);
      for (const value of rates) expect(value).toBeCloseTo(16, 0);
    });

    test('covers the seconds before the incident and the incident', async () => {
      const failing = 'sum(rate(http_server_requests_seconds_count{job="bus",status=~"5.."}[20s]))';
      expect(await firstValue(`${failing} offset 1m`)).toBeNaN();
      const before = 'sum(rate(http_server_requests_seconds_count{job="bus",status=~"5.."}[20s] offset 50s))';
      expect(await firstValue(before)).toBeLessThan(0.5);
      expect(await firstValue(failing)).toBeGreaterThan(14);
    });

    test('grows every five seconds, and marks removed series as stale', async () => {
      const scraped = () => firstValue('count_over_time(up{pod="billing-0"}[1m])');
      expect(await scraped()).toBe(12);
      simulator.rehearse('service-down');
      await clock.advance(10_000);
      expect(await firstValue('up{pod="billing-0"}')).toBe(0);
      expect(await query('jvm_threads_live_threads{pod="billing-0"}')).toMatchObject({
        data: { result: [] },
      });
    });

    test('advances at the speed of the simulator', async () => {
      const fast = await startSimulator('demo', { clock: withoutDelays(clock), speed: 10 });
      const ask = `${fast.vars('production')['world.prometheus']}/api/v1/query?query=`;
      await clock.advance(30_000);
      const rate = encodeURIComponent('sum(rate(http_server_requests_seconds_count{job="catalog"}[1m]))');
      const answer = await (await fetch(`${ask}${rate}`)).json();
      expect(Number(valueAt(answer, 'data', 'result', '0', 'value', '1'))).toBeCloseTo(16, 0);
      await fast.close();
    });
  });

  test('an alert is pending during its for:, fires, and resolves with its cause', async () => {
    simulator.rehearse(undefined);
    await clock.advance(90_000);
    const states = async (): Promise<unknown> => {
      const found: unknown = valueAt(await get('/api/v1/alerts'), 'data', 'alerts');
      return [found]
        .flat()
        .map((alert) =>
          [
            valueAt(alert, 'labels', 'alertname'),
            valueAt(alert, 'labels', 'job'),
            valueAt(alert, 'state'),
          ].join(' '),
        );
    };
    expect(await states()).toEqual([]);
    simulator.rehearse('service-down');
    await clock.advance(8000);
    expect(await states()).toEqual(['ServiceDown billing pending']);
    await clock.advance(15_000);
    expect(await states()).toEqual(['ServiceDown billing firing']);
    simulator.rehearse(undefined);
    await clock.advance(10_000);
    expect(await states()).toEqual([]);
  });
});
