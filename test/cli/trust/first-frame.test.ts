import { expect, test } from 'vitest';
import { openCockpitIn } from '../../simulation/cockpit.ts';
import { openSimulation } from '../../simulation/simulation.ts';

test('the first frame is drawn before any directory of profiles is read', async () => {
  await using simulation = await openSimulation();
  // Nothing but microtasks has run: no file can have been read.
  await using cockpit = await openCockpitIn(simulation, ['--env', 'demo/local']);
  expect(cockpit.terminal.rows().join('\n')).toContain('opening');
});
