import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import {
  arm,
  type Cockpit,
  chooseSuggested,
  confirm,
  esc,
  takeChoice,
  verified,
} from '../support/cockpit-verbs.ts';

const env = 'trading/production';

/** Restarts a container with the suggested runbook. */
const restart = async (cockpit: Cockpit, service: string): Promise<void> => {
  await chooseSuggested(cockpit, 'container-restart');
  await cockpit.sees(/[║│] +Compose service|only choice/);
  await takeChoice(cockpit, service);
  await confirm(cockpit);
  await cockpit.sees(verified);
};

const endings = async (cockpit: Cockpit): Promise<readonly string[]> =>
  (await cockpit.ended()).map(({ ending }) => ending);

test('monitoring is down: nothing is calm, and each container is restarted', async () => {
  await using cockpit = await openCockpit(env, 'monitoring-down');
  await cockpit.sees(/✗ (?:CRIT +)?prometheus/);
  await arm(cockpit, 'INC-50');
  for (const service of ['prometheus', 'alertmanager', 'grafana']) {
    await restart(cockpit, service);
    await cockpit.keys(esc);
  }
  await cockpit.sees(/▌ ● All clear – \d+ rows OK/);
  expect(await endings(cockpit)).toEqual(['recovered', 'recovered', 'recovered']);
});

test('the database is down: its container is suggested before the symptoms, and restarted', async () => {
  await using cockpit = await openCockpit(env, 'database-down');
  await cockpit.sees(/✗ (?:CRIT +)?postgres/);
  await arm(cockpit, 'INC-51');
  await restart(cockpit, 'database');
  expect(await endings(cockpit)).toEqual(['recovered']);
});
