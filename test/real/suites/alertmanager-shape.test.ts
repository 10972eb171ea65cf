import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunningSimulator } from '../../../src/simulator/simulator.ts';
import { startSimulator } from '../../../src/simulator/start.ts';
import { differences, shapeOf } from '../../simulator/support-shape.ts';
import { manualClock } from '../../support/manual-clock.ts';
import { ask } from '../ask.ts';
import { alertmanagerRig } from '../rigs/alertmanager.ts';
import { underTest } from '../setting.ts';

const server = underTest();
const clock = manualClock();
let simulator: RunningSimulator;

/** Labels and annotations have user-defined keys. */
const maps = ['[].labels', '[].annotations'];

const silenceAt = (ms: number) => ({
  matchers: [{ name: 'alertname', value: 'NobodyHome', isRegex: false, isEqual: true }],
  startsAt: new Date(ms).toISOString(),
  endsAt: new Date(ms + 60_000).toISOString(),
  createdBy: 'opsdeck',
  comment: 'for its shape',
});

describe('the simulated Alertmanager has the shape of the real one', () => {
  beforeAll(async () => {
    simulator = await startSimulator('trading', { clock, incident: 'high-latency' });
    await alertmanagerRig.settled?.(server);
  });
  afterAll(() => simulator.close());

  const embedded = async (path: string, body?: object): Promise<unknown> => {
    const init =
      body === undefined
        ? {}
        : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (await fetch(`${simulator.vars('production')['world.alertmanager']}${path}`, init)).json();
  };
  const compare = (simulated: unknown, real: unknown): void =>
    expect(differences(shapeOf(simulated, maps), shapeOf(real, maps))).toEqual([]);

  test('a created silence, and the list of silences', async () => {
    const path = '/api/v2/silences';
    const real = await ask<{ silenceID: string }>(server, path, {
      method: 'POST',
      body: silenceAt(Date.now()),
    });
    compare(await embedded(path, silenceAt(clock.now())), real);
    compare(await embedded(path), await ask(server, path));
    await ask(server, `/api/v2/silence/${real.silenceID}`, { method: 'DELETE' });
  });

  test.each(['/api/v2/alerts', '/api/v2/status'])('%s', async (path) => {
    compare(await embedded(path), await ask(server, path));
  });
});
