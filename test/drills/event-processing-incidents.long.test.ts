import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { arm, chooseSuggested, confirm, enter, takeChoice, verified } from '../support/cockpit-verbs.ts';
import { incidentDrill } from './incident-drill.ts';

const env = 'event-processing/production';

test('S2-P4, MongoDB was OOM-killed: its container is restarted, then the dead letters are processed again', async () => {
  await using cockpit = await openCockpit(env, 'mongodb-down');
  await cockpit.sees(/mongodb/);
  await arm(cockpit, 'INC-61');
  await chooseSuggested(cockpit, 'service-restart');
  await cockpit.sees(/[║│] +Compose service\W/);
  await takeChoice(cockpit, 'mongodb');
  await cockpit.sees(/OOMKilled/);
  await confirm(cockpit);
  await cockpit.sees(verified);
  await cockpit.sees(/n +dlq-redrive/);
  await cockpit.keys('n');
  await cockpit.sees(/params +rate 50 \(default\)/);
  await confirm(cockpit);
  await cockpit.sees(verified);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }, { ending: 'recovered' }]);
});

incidentDrill(
  'S2-I4',
  'recovers',
  'LocalStack fails: after its restart, the setup script creates the queues again',
  async () => {
    await using cockpit = await openCockpit(env, 'localstack-unavailable');
    await cockpit.sees(/localstack/);
    await arm(cockpit, 'INC-62');
    await chooseSuggested(cockpit, 'localstack-restart');
    await cockpit.sees(/DESTRUCTIVE[\s\S]*type +\S+ +to confirm/);
    await cockpit.keys(...'localstack', enter);
    await cockpit.sees(verified);
    await cockpit.sees(/n +localstack-setup/);
    await cockpit.keys('n');
    await confirm(cockpit);
    await cockpit.sees(verified);
    expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }, { ending: 'recovered' }]);
  },
);
