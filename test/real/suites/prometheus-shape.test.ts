import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningSimulator } from '../../../src/simulator/simulator.ts';
import { startSimulator } from '../../../src/simulator/start.ts';
import { differences, shapeOf } from '../../simulator/support-shape.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { ask } from '../ask.ts';
import { prometheusRig } from '../rigs/prometheus.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const clock = manualClock();
let simulator: RunningSimulator;

/** Labels and annotations have user-defined keys. */
const maps = [
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

const paths: readonly string[] = [
  '/api/v1/query?query=up',
  '/api/v1/query?query=time()',
  '/api/v1/query?query=%22a%22',
  '/api/v1/query?query=up%5B5s%5D',
  '/api/v1/targets',
  '/api/v1/alerts',
  '/api/v1/rules?type=alert',
  '/api/v1/status/buildinfo',
];

const rangeAt = (ms: number): string =>
  `/api/v1/query_range?query=up&start=${ms / 1000 - 5}&end=${ms / 1000}&step=1`;

describe('the simulated Prometheus has the shape of the real one', () => {
  beforeAll(async () => {
    simulator = await startSimulator('demo', { clock, incident: 'dependency-down' });
    await prometheusRig().settled?.(server);
  });
  afterAll(() => simulator.close());

  const compare = async (path: string, realPath = path): Promise<void> => {
    const address = `${simulator.vars('production')['world.prometheus']}${path}`;
    const simulated: unknown = await (await fetch(address)).json();
    expect(differences(shapeOf(simulated, maps), shapeOf(await ask(server, realPath), maps))).toEqual([]);
  };

  test.each(paths)('%s', (path) => compare(path));
  test('a range', () => compare(rangeAt(clock.now()), rangeAt(Date.now())));
});
