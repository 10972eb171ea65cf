import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { enter } from '../support/cockpit-verbs.ts';
import { openCockpitIn, type SimulatedCockpit } from './cockpit.ts';
import { openSimulation } from './simulation.ts';

const demo = ['--env', 'demo/production', '--rehearse', 'dependency-down'];

/** Moves the cursor of Problems to the finding of the broker. */
const goToBroker = async (cockpit: SimulatedCockpit): Promise<void> => {
  await cockpit.sees(/✗ broker +(?:down 503|ack)/);
  for (let presses = 0; presses < 20; presses++) {
    if (/✗ broker +(?:\w+ +)?Health/.test(cockpit.pty.screen().join('\n'))) return;
    await cockpit.keys('j');
  }
  throw new Error('no row of the broker');
};

test('an acknowledgement survives a restart, and ends when the finding is resolved', async () => {
  await using simulation = openSimulation();
  {
    await using cockpit = await openCockpitIn(simulation, demo);
    await cockpit.sees(/▌ ✗ [\s\S]*W all \d+ problems ✗ \d+/);
    await cockpit.keys('W', 'W');
    await goToBroker(cockpit);
    await cockpit.keys('a', ...'called', enter);
    await cockpit.sees(/✗ broker +ack +≥\d+/);
    // The message row may already show a later change.
    await cockpit.keys(':', ...'messages', enter);
    await cockpit.sees(/Health broker: acknowledged by \S+@\S+: called/);
  }
  // The cockpit opens with the pane that was open last.
  await using cockpit = await openCockpitIn(simulation, demo);
  await goToBroker(cockpit);
  await cockpit.sees(/acknowledged by \S+@\S+ .* ago: called/);
  await cockpit.sees(/✗ broker +ack +≥\d+/);
  expect(cockpit.pty.screen().join('\n')).toMatch(/read-only/);

  await cockpit.keys(':');
  await cockpit.keys(...'heal', enter);
  await cockpit.sees(/no problems/);
  await simulation.wait(2000);
  const stored = await readFile(join(simulation.stateDir, 'acknowledged.json'), 'utf8');
  expect(JSON.parse(stored)).toEqual({ opsdeck: 1, acknowledged: [] });
  await cockpit.keys('J', '/', ...'acknowledgement', enter);
  await cockpit.sees(/ack +Health broker +acknowledgement ended: resolved/);
});
