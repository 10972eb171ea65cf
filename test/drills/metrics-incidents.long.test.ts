import { expect } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  confirm,
  enter,
  esc,
  tick,
  verified,
} from '../support/cockpit-verbs.ts';
import { incidentDrill } from './incident-drill.ts';

/** The header when no signal is past its thresholds. */
const allWell = /▌ ● All clear – \d+ rows OK/;

/** Enters a value on the parameter card. */
const give = async (cockpit: Cockpit, pattern: RegExp, value: string): Promise<void> => {
  await cockpit.sees(pattern);
  await cockpit.keys(...value, enter);
};

const scaleTrading = async (cockpit: Cockpit, instances: string): Promise<void> => {
  await chooseRunbook(cockpit, 'high-latency');
  await give(cockpit, /[║│] +Instances/, instances);
  await confirm(cockpit);
  await tick(cockpit, /▸ +Look for N\+1 queries/);
};

const scaleEventBus = async (cockpit: Cockpit, pods: string): Promise<void> => {
  await chooseRunbook(cockpit, 'sla-compliance');
  await give(cockpit, /[║│] +Replicas/, pods);
  await confirm(cockpit);
  await tick(cockpit, /▸ +Identify the bottleneck/);
};

incidentDrill('S1-I1', 'recovers', 'high error rate: the release is rolled back', async () => {
  await using cockpit = await openCockpit('trading/production', 'high-error-rate');
  await cockpit.sees(/✗ Error rate/);
  await arm(cockpit, 'INC-11');
  await cockpit.keys('R');
  await cockpit.sees(/● high-error-rate .* matches +DISRUPTIVE/);
  await cockpit.keys(esc);
  await chooseRunbook(cockpit, 'high-error-rate');
  await cockpit.sees(/Error rate at most 1 % +now \d+/);
  await confirm(cockpit);
  await tick(cockpit, /▸ +Review the application logs/);
  await cockpit.sees(/traffic goes to blue/);
  await cockpit.sees(verified);
  await cockpit.sees(allWell);
  expect(await cockpit.ended()).toEqual([
    {
      ending: 'recovered',
      why: 'The traffic goes to the other color; All instances are healthy; Error rate at most 1 %; Alert HighErrorRate is resolved',
    },
  ]);
});

incidentDrill('S1-I1', 'wrong path', 'scaling out a bad release: executed, not recovered', async () => {
  await using cockpit = await openCockpit('trading/production', 'high-error-rate');
  await cockpit.sees(/✗ Error rate/);
  await arm(cockpit, 'drill');
  await scaleTrading(cockpit, '4');
  await cockpit.sees(/trading-trademaster-trading-service-4 +Started/);
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  expect(await cockpit.ended()).toEqual([
    {
      ending: 'executed-not-recovered',
      why: expect.stringMatching(/^Error rate at most 1 %: not met, error\.rate is \d[^;]*$/),
    },
  ]);
});

incidentDrill('S1-I2', 'recovers', 'high latency: a third instance recovers it', async () => {
  await using cockpit = await openCockpit('trading/production', 'high-latency');
  await cockpit.sees(/✗ Response time p99/);
  await arm(cockpit, 'INC-12');
  await scaleTrading(cockpit, '3');
  await cockpit.sees(verified);
  await cockpit.sees(allWell);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});

incidentDrill('S1-I2', 'wrong path', 'scaling in makes it worse: executed, not recovered', async () => {
  await using cockpit = await openCockpit('trading/production', 'high-latency');
  await cockpit.sees(/✗ Response time p99/);
  await arm(cockpit, 'drill');
  await scaleTrading(cockpit, '1');
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  expect(await cockpit.ended()).toEqual([
    {
      ending: 'executed-not-recovered',
      why: expect.stringMatching(
        /Response time p95 at most 500 ms: (?:not met, p95 is \d,\d+ ms|unknown, p95 .* is gone)/,
      ),
    },
  ]);
});

incidentDrill('S0-I4', 'recovers', 'SLA compliance: enough replicas recover it', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'sla');
  await cockpit.sees(/✗ SLA compliance/);
  await arm(cockpit, 'INC-13');
  await scaleEventBus(cockpit, '6');
  await cockpit.sees(verified);
  await cockpit.sees(allWell);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }]);
});

incidentDrill('S0-I4', 'wrong path', 'one more replica is not enough: executed, not recovered', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'sla');
  await cockpit.sees(/✗ SLA compliance/);
  await arm(cockpit, 'drill');
  await scaleEventBus(cockpit, '4');
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  expect(await cockpit.ended()).toEqual([
    {
      ending: 'executed-not-recovered',
      why: expect.stringMatching(/^SLA compliance at least 95 %: not met/),
    },
  ]);
});
