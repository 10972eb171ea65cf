import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { arm, chooseRunbook, confirm } from '../support/cockpit-verbs.ts';

const incident = 'dependency-down';

test('a circuit breaker closed before its dependency is back: executed, not recovered', async () => {
  await using cockpit = await openCockpit('demo/production', incident);
  await cockpit.sees(/✗ (?:OPEN +bus-0|.* in bus-0 .*OPEN)/);
  await arm(cockpit, 'drill');
  await chooseRunbook(cockpit, 'close-breaker');
  await confirm(cockpit);
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'executed-not-recovered' }]);
});
