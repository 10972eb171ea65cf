import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';

test('actions of a row are offered as soon as the row is there, before the first second is over', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'database-blocked');
  const { clock } = cockpit.simulation;
  const opened = clock.now();
  await cockpit.sees(/▲ blocks 60 +▸ \d+ +outbox-repair/);
  await cockpit.keys('D', 'x');
  await cockpit.sees(/ACTIONS +\d+ outbox-repair/);
  expect(clock.now() - opened).toBeLessThan(1000);
});
