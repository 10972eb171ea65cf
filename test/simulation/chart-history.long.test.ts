import { expect, test } from 'vitest';
import { enter } from '../support/cockpit-verbs.ts';
import { openCockpitIn } from './cockpit.ts';
import { openSimulation } from './simulation.ts';

const signal = 'Error rate (Prometheus) %';

/** True if the sparkline of the signal has no gap. */
const isFilled = (screen: readonly string[]): boolean => {
  const row = screen.find((line) => line.includes(signal) && /[▁-█]/.test(line)) ?? '·';
  return !row.includes('·');
};

test('a cockpit that has just been opened shows the last 6 h, and what was a day earlier', async () => {
  await using simulation = openSimulation();
  await using cockpit = await openCockpitIn(simulation, ['--env', 'demo/production']);
  const { pty } = cockpit;
  await cockpit.sees(/2 MATRIX/);
  const began = simulation.clock.now();
  // The longest window, then the one before it: the first follows the readings.
  await cockpit.keys('2', 'z', ...Array.from({ length: 7 }, () => '-'), '+');
  await pty.until(isFilled, 'the sparkline over 6 h');
  expect(simulation.clock.now() - began).toBeLessThanOrEqual(5000);
  await cockpit.keys('/', ...'error rate (prom', enter, enter);
  await cockpit.sees(/\d+ values \(3\d\d from the history of prom\) in 6h/);
  await cockpit.keys('c');
  await cockpit.sees(/dotted: 24 h earlier/);
  await cockpit.keys('h', 'h');
  await cockpit.sees(/\d\d:\d\d:\d\d {2}[\d.]+ · 24 h earlier [\d.]+/);
});
