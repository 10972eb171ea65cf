import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';

test('offers the actions of a row as soon as the row is shown, within the first second', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'database-blocked');
  const { clock } = cockpit.simulation;
  const opened = clock.now();
  await cockpit.sees(/▲ blocks 60 +▸ \d+ +outbox-repair/);
  await cockpit.keys('D', 'x');
  await cockpit.sees(/Actions +\d+ outbox-repair/);
  expect(clock.now() - opened).toBeLessThan(1000);
});
