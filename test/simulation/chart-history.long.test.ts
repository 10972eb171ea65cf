import { expect, test } from 'vitest';
import { enter } from '../support/cockpit-verbs.ts';
import { openCockpitIn } from './cockpit.ts';
import { openSimulation } from './simulation.ts';

/** True if the chart of the last 6 h is drawn without a gap. */
const isFilled = (screen: readonly string[]): boolean =>
  screen.some((line) => line.includes(' in 6h')) && !screen.some((line) => line.includes('no data'));

test('a cockpit that has just been opened shows the last 6 h, and what was a day earlier', async () => {
  await using simulation = openSimulation();
  await using cockpit = await openCockpitIn(simulation, ['--env', 'demo/production']);
  const { pty } = cockpit;
  await cockpit.sees(/2 Threshold matrix/);
  // The longest window, then the one before it: the first follows the readings.
  await cockpit.keys('2', 'z', ...Array.from({ length: 7 }, () => '-'), '+');
  const began = simulation.clock.now();
  await cockpit.keys('/', ...'error rate (prom', enter, enter);
  await pty.until(isFilled, 'the chart over 6 h');
  expect(simulation.clock.now() - began).toBeLessThanOrEqual(5000);
  await cockpit.sees(/\d+ values \(3\d\d from the history of prom\) in 6h/);
  await cockpit.keys('c');
  await cockpit.sees(/dotted: 24 h earlier/);
  await cockpit.keys('h', 'h');
  await cockpit.sees(/\d\d:\d\d:\d\d {2}[\d.]+ · 24 h earlier [\d.]+/);
});
