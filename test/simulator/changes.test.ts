import { expect, test } from 'vitest';
import { startSimulator } from '../../src/simulator/start.ts';
import { manualClock, withoutDelays } from '../support/manual-clock.ts';

const json = { 'content-type': 'application/json' };

test('records every changing request, and no reading one', async () => {
  const clock = manualClock();
  const simulator = await startSimulator('demo', { clock: withoutDelays(clock) });
  try {
    const {
      'world.bus': bus = '',
      'world.prometheus': prometheus = '',
      'world.control': control = '',
    } = simulator.vars('dev');
    await fetch(`${bus}/circuitbreakers`);
    await fetch(`${prometheus}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: 'up' }) });
    expect(simulator.changes()).toEqual([]);

    const body = JSON.stringify({ configuredLevel: 'DEBUG' });
    await fetch(`${bus}/loggers/ROOT`, { method: 'POST', headers: json, body });
    // Rejected requests are recorded as well.
    await fetch(`${bus}/loggers/ROOT`, { method: 'DELETE' });
    const line = '/actuator/loggers/ROOT';
    const of = { at: clock.now(), env: 'dev', server: 'bus-0' };
    expect(simulator.changes()).toEqual([
      { ...of, line: `POST ${line}`, body },
      { ...of, line: `DELETE ${line}`, body: '' },
    ]);
    expect(await (await fetch(`${control}/changes`)).json()).toEqual(simulator.changes());
  } finally {
    await simulator.close();
  }
});
