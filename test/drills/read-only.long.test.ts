import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { arm, chooseRunbook, confirm, enter } from '../support/cockpit-verbs.ts';

const incident = 'dependency-down';

test('read-only sends nothing, and any key cancels during the cancel window', async () => {
  await using cockpit = await openCockpit('demo/production', incident);
  await cockpit.sees(/✗ (?:OPEN +bus-0|.* in bus-0 .*OPEN)/);
  await chooseRunbook(cockpit, 'restore-broker');
  await cockpit.sees(/Confirm in PRODUCTION/);
  await cockpit.sees(/read-only: press A to arm/);
  await cockpit.keys(enter);
  await arm(cockpit, 'drill');
  await confirm(cockpit);
  await cockpit.sees(/Sending in \d s/);
  await cockpit.keys('x');
  await cockpit.sees(/CANCELED/);
  const ledger = await cockpit.ledger();
  expect(ledger).toMatch(/"ending":"cancelled"/);
  expect(ledger).not.toMatch(/"event":"acting"/);
});
