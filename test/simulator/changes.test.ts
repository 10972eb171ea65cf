import { expect, test } from 'vitest';
import { startSimulator } from '../../src/simulator/start.ts';
import { manualClock, withoutDelays } from '../support/manual-clock.ts';

const json = { 'content-type': 'application/json' };

test('a world tells every request that was made to change it, and none that read', async () => {
  const clock = manualClock();
  const world = await startSimulator('demo', { clock: withoutDelays(clock) });
  try {
    const {
      'world.bus': bus = '',
      'world.prometheus': prometheus = '',
      'world.control': control = '',
    } = world.vars('dev');
    await fetch(`${bus}/circuitbreakers`);
    await fetch(`${prometheus}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: 'up' }) });
    expect(world.changes()).toEqual([]);

    const body = JSON.stringify({ configuredLevel: 'DEBUG' });
    await fetch(`${bus}/loggers/ROOT`, { method: 'POST', headers: json, body });
    // What is refused has been asked for all the same.
    await fetch(`${bus}/loggers/ROOT`, { method: 'DELETE' });
    const line = '/actuator/loggers/ROOT';
    const of = { at: clock.now(), env: 'dev', server: 'bus-0' };
    expect(world.changes()).toEqual([
      { ...of, line: `POST ${line}`, body },
      { ...of, line: `DELETE ${line}`, body: '' },
    ]);
    expect(await (await fetch(`${control}/changes`)).json()).toEqual(world.changes());
  } finally {
    await world.close();
  }
});
