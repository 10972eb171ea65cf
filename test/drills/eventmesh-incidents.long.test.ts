import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  chooseSuggested,
  confirm,
  enter,
  esc,
  takeChoice,
  tick,
  verified,
} from '../support/cockpit-verbs.ts';
import { incidentDrill } from './incident-drill.ts';

const env = 'eventmesh/production';

/** Opens the environment with an incident, waits for its symptoms, and arms it. */
const openArmed = async (incident: string, symptoms: readonly RegExp[]): Promise<Cockpit> => {
  const cockpit = await openCockpit(env, incident);
  for (const symptom of symptoms) await cockpit.sees(symptom);
  await arm(cockpit, 'INC-44');
  return cockpit;
};

/** Opens the preview of a runbook for one host. */
const take = async (cockpit: Cockpit, runbook: string, host: string): Promise<void> => {
  await chooseRunbook(cockpit, runbook);
  await cockpit.sees(/[║│] +Host\W|only choice/);
  await takeChoice(cockpit, host);
};

/** Types the target names that a destructive action in production requires, and confirms. */
const typeNames = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.sees(/type +\d+ +to confirm:/);
  const names = /type +(\d+) +to confirm:/.exec(cockpit.pty.screen().join('\n'))?.[1] ?? '';
  await cockpit.keys(...names, enter);
  await cockpit.sees(/Sending in \d s/);
};

const noAnswer = /✗ (?:CRIT +)?eventmesh-api +502/;

incidentDrill(
  'S4-I4',
  'recovers',
  'port in use: the process is stopped and the service started, host by host',
  async () => {
    await using cockpit = await openArmed('port-conflict', [
      noAnswer,
      /✗ failed +eventmesh-api vm-1/,
      /✗ held by python3 port 8080 vm-1/,
    ]);
    await cockpit.keys('R');
    await cockpit.sees(/● port-conflict .* matches +DESTRUCTIVE/);
    await cockpit.keys(esc);

    await take(cockpit, 'port-conflict', 'vm-1');
    await cockpit.sees(/\d+ +python3 -m http\.server 8080 +vm-1/);
    await cockpit.sees(/kill -TERM \d+/);
    await typeNames(cockpit);
    await cockpit.sees(verified);
    await cockpit.keys(esc);
    // One host serves all requests again; the other is unchanged.
    await cockpit.sees(/✗ (?:CRIT +)?eventmesh-api · vm-2|✗ failed +eventmesh-api vm-2/);

    await take(cockpit, 'port-conflict', 'vm-2');
    await typeNames(cockpit);
    await cockpit.sees(verified);
    await cockpit.sees(/▌ ● All clear – \d+ rows OK/);
    expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }, { ending: 'recovered' }]);
    const ledger = await cockpit.ledger();
    for (const host of ['vm-1', 'vm-2']) expect(ledger).toContain(host);
  },
);

incidentDrill('S4-I4', 'wrong path', 'port in use, restart only: executed, not recovered', async () => {
  await using cockpit = await openArmed('port-conflict', [noAnswer, /✗ held by python3 port 8080 vm-1/]);
  await take(cockpit, 'restart', 'vm-1');
  await confirm(cockpit);
  await tick(cockpit, /▸ +Read the panic in the log/);
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  const [run] = await cockpit.ended();
  expect(run).toMatchObject({ ending: 'executed-not-recovered' });
  expect(run?.why).toMatch(/Service holds port 8080: not met, workloads vm-1 · port 8080 ready is 0/);
});

test('S4-I4, service crashed: reading the panic and restarting recovers it', async () => {
  await using cockpit = await openArmed('crashed', [noAnswer, /✗ failed +eventmesh-api vm-2/]);
  await cockpit.keys('R');
  await cockpit.sees(/● restart .* matches +DISRUPTIVE/);
  await cockpit.keys(esc);
  await take(cockpit, 'restart', 'vm-2');
  await cockpit.sees(/Read the panic in the log/);
  await confirm(cockpit);
  await tick(cockpit, /▸ +Read the panic in the log/);
  await cockpit.sees(verified);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});

incidentDrill('S4-I2', 'recovers', 'the tests fail until their author has fixed them', async () => {
  await using cockpit = await openCockpit('eventmesh/dev', 'tests-fixed');
  await cockpit.sees(/✗ Failed tests \(last build\)/);
  await chooseSuggested(cockpit, 'test-failure');
  await cockpit.sees(/enter confirm/);
  await cockpit.reads();
  await cockpit.keys(enter);
  await cockpit.sees(
    /✗ FAILED[\s\S]*failure [\s\S]*test \S+ \.\.\. FAILED[\s\S]*integration_tests\.rs:88:5[\s\S]*left: 503[\s\S]*right: 200/,
  );
  await cockpit.sees(/test result: FAILED\. 3 passed; 1 failed/);
  await cockpit.keys(esc);
  await cockpit.simulation.wait(90_000);
  await chooseRunbook(cockpit, 'test-failure');
  await cockpit.sees(/enter confirm/);
  await cockpit.reads();
  await cockpit.keys(enter);
  await cockpit.sees(/EXECUTED, NOT VERIFIED/);
  await cockpit.sees(
    /▌ ● All clear in everything that is read – no source reads checked-out code; \d+ rows OK/,
  );
  expect(await cockpit.ended()).toMatchObject([{ ending: 'failed' }, { ending: 'recovered' }]);
});
