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

const env = 'trading/production';

/** An open circuit breaker of the broker; a narrow column shortens the name of the instance. */
const open = /✗ (?:OPEN .*brokerService|brokerService.* OPEN)/;

/** Waits for the choices of a card, and selects one. */
const choose = async (cockpit: Cockpit, expected: string): Promise<void> => {
  await cockpit.sees(new RegExp(`[║│] +▸? *${expected}|only choice`));
  await takeChoice(cockpit, expected);
};

const endings = async (cockpit: Cockpit): Promise<readonly string[]> =>
  (await cockpit.ended()).map(({ ending }) => ending);

test('S1-I1, the previous version is not running: the rollback is refused, and its color deployed', async () => {
  await using cockpit = await openCockpit(env, 'rollback-blocked');
  await cockpit.sees(/✗ Error rate/);
  await cockpit.sees(/✗ (?:CRIT +)?blue/);
  await arm(cockpit, 'INC-40');
  await chooseRunbook(cockpit, 'high-error-rate');
  await confirm(cockpit);
  await tick(cockpit, /▸ +Review the application logs/);
  await cockpit.sees(/NOT APPLICABLE/);
  await cockpit.keys(esc);
  await chooseRunbook(cockpit, 'deploy-color');
  await choose(cockpit, 'blue');
  await confirm(cockpit);
  await cockpit.sees(verified);
  expect(await endings(cockpit)).toEqual(['not-applicable', 'recovered']);
});

test('S1-I2, the service publishes a fixed host port: scaling is refused before anything is sent', async () => {
  await using cockpit = await openCockpit(env, 'latency-fixed-port');
  await cockpit.sees(/✗ Response time p99/);
  await arm(cockpit, 'INC-41');
  await chooseRunbook(cockpit, 'high-latency');
  await cockpit.sees(/[║│] +Instances/);
  await cockpit.keys('3', enter);
  await cockpit.sees(
    /cannot scale trademaster-trading-service, because the service publishes a fixed host port, which/,
  );
});

incidentDrill(
  'S1-I3',
  'recovers',
  'the broker answers again: the circuit breaker is reset in every container',
  async () => {
    await using cockpit = await openCockpit(env, 'breaker-left-open');
    await cockpit.sees(open);
    await arm(cockpit, 'INC-42');
    await chooseRunbook(cockpit, 'breaker-reset');
    await choose(cockpit, 'brokerService');
    await confirm(cockpit);
    await tick(cockpit, /▸ +Check the status page/);
    await cockpit.sees(verified);
    expect(await endings(cockpit)).toEqual(['recovered']);
  },
);

incidentDrill('S1-I3', 'wrong path', 'the broker does not answer: nothing is reset', async () => {
  await using cockpit = await openCockpit(env, 'dependency-down');
  await cockpit.sees(open);
  await arm(cockpit, 'drill');
  await chooseRunbook(cockpit, 'breaker-reset');
  await choose(cockpit, 'brokerService');
  await confirm(cockpit);
  await tick(cockpit, /▸ +Check the status page/);
  await cockpit.sees(/✗ FAILED[\s\S]*Circuit breaker open/);
  await cockpit.keys(esc);
  await cockpit.sees(open);
  expect(await endings(cockpit)).toEqual(['failed']);
});

incidentDrill(
  'S1-I5',
  'recovers',
  'a deployment was rolled back: green passes its tests, and the pipeline is next',
  async () => {
    await using cockpit = await openCockpit(env, 'deployment-failed');
    await cockpit.sees(/✗ (?:CRIT +)?green/);
    await arm(cockpit, 'INC-43');
    await chooseRunbook(cockpit, 'green-deploy');
    await confirm(cockpit);
    await cockpit.sees(/PASS smoke tests of green/);
    await tick(cockpit, /▸ +If the tests failed/);
    await cockpit.sees(verified);
    // The pipeline is still red until its deployment is repeated.
    await cockpit.sees(/n +pipeline-failure/);
    expect(await endings(cockpit)).toEqual(['recovered']);
  },
);

incidentDrill('S1-I5', 'wrong path', 'the release is at fault: its smoke tests fail on green', async () => {
  await using cockpit = await openCockpit(env, 'deployment-broken');
  await cockpit.sees(/✗ (?:CRIT +)?green/);
  await arm(cockpit, 'drill');
  await chooseRunbook(cockpit, 'green-deploy');
  await confirm(cockpit);
  await cockpit.sees(/✗ FAILED[\s\S]*Deployment failure/);
  await cockpit.sees(/FAIL smoke tests of green/);
  expect(await endings(cockpit)).toEqual(['failed']);
});

incidentDrill(
  'S1-I6',
  'recovers',
  'no container runs: a restart recovers it, and a rollback is locked',
  async () => {
    await using cockpit = await openCockpit(env, 'service-down');
    await cockpit.sees(/✗ (?:FIRING +)?ApplicationDown/);
    await arm(cockpit, 'INC-44');
    await chooseRunbook(cockpit, 'application-rollback');
    await confirm(cockpit);
    await cockpit.sees(/NOT APPLICABLE/);
    await cockpit.keys(esc);
    await chooseSuggested(cockpit, 'application-down');
    await confirm(cockpit);
    await cockpit.sees(verified);
    expect(await endings(cockpit)).toEqual(['not-applicable', 'recovered']);
  },
);

incidentDrill(
  'S1-I6',
  'wrong path',
  'a release that does not start: the failed restart unlocks the rollback',
  async () => {
    await using cockpit = await openCockpit(env, 'release-crashes');
    await cockpit.sees(/✗ (?:FIRING +)?ApplicationDown/);
    await arm(cockpit, 'INC-45');
    await chooseSuggested(cockpit, 'application-down');
    await confirm(cockpit);
    await cockpit.sees(/EXECUTED, NOT RECOVERED/);
    await cockpit.keys(esc);
    await chooseRunbook(cockpit, 'application-rollback');
    await confirm(cockpit);
    await cockpit.sees(verified);
    expect(await endings(cockpit)).toEqual(['executed-not-recovered', 'recovered']);
  },
);
