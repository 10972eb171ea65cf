import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { arm, type Cockpit, chooseRunbook, confirm, enter, esc, tick } from '../support/cockpit-verbs.ts';

/** The header, when nothing is out of its limits any more. */
const allWell = /overview +● \d+ OK/;

/** Gives the number that the card asks for. */
const give = async (cockpit: Cockpit, asked: RegExp, value: string): Promise<void> => {
  await cockpit.sees(asked);
  await cockpit.keys(...value, enter);
};

const scaleTrading = async (cockpit: Cockpit, instances: string): Promise<void> => {
  await chooseRunbook(cockpit, 'high-latency');
  await give(cockpit, /How many instances/, instances);
  await confirm(cockpit);
  await tick(cockpit, /▸ +Look for the same statement/);
};

const scaleEventBus = async (cockpit: Cockpit, pods: string): Promise<void> => {
  await chooseRunbook(cockpit, 'sla-compliance');
  await give(cockpit, /How many pods/, pods);
  await confirm(cockpit);
  await tick(cockpit, /▸ +Name the bottleneck/);
  await tick(cockpit, /▸ +Have a ticket/);
};

test('S1-I1, high error rate: the release is rolled back', async () => {
  await using cockpit = await openCockpit('trading/production', 'high-error-rate');
  await cockpit.sees(/✗ Requests that fail % +✗ CRIT/);
  await arm(cockpit, 'INC-11');
  await cockpit.keys('R');
  await cockpit.sees(/● high-error-rate .* matches DISRUPTIVE/);
  await cockpit.keys(esc);
  await chooseRunbook(cockpit, 'high-error-rate');
  await cockpit.sees(/error\.requests · 500 · \/api\/v1\/orders: \d/);
  await confirm(cockpit);
  await tick(cockpit, /▸ +Read the logs/);
  await cockpit.sees(/"version":"2\.3\.1"/);
  await cockpit.sees(/● RECOVERED/);
  await cockpit.sees(allWell);
  expect(await cockpit.ended()).toEqual([
    { ending: 'recovered', why: 'Every instance is up; At most 1 % of requests fail; The alert is over' },
  ]);
});

test('more instances of a bad release: executed, not recovered', async () => {
  await using cockpit = await openCockpit('trading/production', 'high-error-rate');
  await cockpit.sees(/✗ Requests that fail % +✗ CRIT/);
  await arm(cockpit, 'drill');
  await scaleTrading(cockpit, '4');
  await cockpit.sees(/"replicas":4,"ready":4,"version":"2\.4\.0"/);
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  expect(await cockpit.ended()).toEqual([
    {
      ending: 'executed-not-recovered',
      why: expect.stringMatching(/^At most 1 % of requests fail: not so, error\.rate is \d[^;]*$/),
    },
  ]);
});

test('S1-I2, high latency: a third instance is started', async () => {
  await using cockpit = await openCockpit('trading/production', 'high-latency');
  await cockpit.sees(/✗ Response time p99 ms +✗ CRIT/);
  await arm(cockpit, 'INC-12');
  await scaleTrading(cockpit, '3');
  await cockpit.sees(/● RECOVERED/);
  await cockpit.sees(allWell);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});

test('as many instances as there are: executed, not recovered', async () => {
  await using cockpit = await openCockpit('trading/production', 'high-latency');
  await cockpit.sees(/✗ Response time p99 ms +✗ CRIT/);
  await arm(cockpit, 'drill');
  await scaleTrading(cockpit, '2');
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  expect(await cockpit.ended()).toEqual([
    { ending: 'executed-not-recovered', why: expect.stringMatching(/^p95 is within 500 ms: not so/) },
  ]);
});

test('S0-I4, SLA compliance: pods enough are started', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'sla');
  await cockpit.sees(/✗ SLA compliance .*✗ CRIT/);
  await arm(cockpit, 'INC-13');
  await scaleEventBus(cockpit, '6');
  await cockpit.sees(/● RECOVERED/);
  await cockpit.sees(allWell);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});

test('one pod more is not enough: executed, not recovered', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'sla');
  await cockpit.sees(/✗ SLA compliance .*✗ CRIT/);
  await arm(cockpit, 'drill');
  await scaleEventBus(cockpit, '4');
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  expect(await cockpit.ended()).toEqual([
    {
      ending: 'executed-not-recovered',
      why: expect.stringMatching(/^At least 95 % of requests are answered in time: not so/),
    },
  ]);
});
