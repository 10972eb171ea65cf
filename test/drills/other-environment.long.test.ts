import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { enter } from '../support/cockpit-verbs.ts';

test('another environment of the system is not labeled with the drill', async () => {
  await using cockpit = await openCockpit('demo/production', 'dependency-down');
  await cockpit.sees(/drill dependency-down/);
  await cockpit.keys(':', ...'env demo/staging', enter);
  await cockpit.sees(/^ *STAGING +demo /m);
  await cockpit.sees(/▌[1-9] \S/);
  await cockpit.simulation.wait(5000);
  expect(cockpit.terminal.rows().join('\n')).not.toContain('drill dependency-down');
  await cockpit.keys(':', ...'env demo/production', enter);
  await cockpit.sees(/drill dependency-down/);
});
