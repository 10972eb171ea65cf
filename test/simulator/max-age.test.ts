import { expect, onTestFinished, test, vi } from 'vitest';
import { Environment } from '../../src/simulator/model/environment.ts';
import { startSimulator } from '../../src/simulator/start.ts';
import { manualClock } from '../support/manual-clock.ts';

test('an idle environment is at most two seconds behind', async () => {
  const clock = manualClock();
  const simulator = await startSimulator('event-bus', { clock });
  onTestFinished(() => simulator.close());
  const steps: number[] = [];
  const { advance } = Environment.prototype;
  const spy = vi.spyOn(Environment.prototype, 'advance').mockImplementation(function (
    this: Environment,
    until,
  ) {
    steps.push(until - this.now);
    advance.call(this, until);
  });
  onTestFinished(() => spy.mockRestore());
  // Before its first read it may be as old as its start.
  await clock.advance(4000);
  steps.length = 0;
  await clock.advance(60_000);
  await (await fetch(`${simulator.vars('staging')['world.prometheus']}/api/v1/query?query=up`)).text();
  expect(steps.length).toBeGreaterThan(60);
  expect(Math.max(...steps)).toBeLessThanOrEqual(2100);
});
