import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { openDrill } from '../simulation/drill.ts';
import { ask } from '../simulator/ask.ts';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  confirm,
  confirmUndo,
  enter,
  esc,
  takeAll,
  verified,
} from '../support/cockpit-verbs.ts';
import { incidentDrill } from './incident-drill.ts';

const exhausted = /✗ exhausted +trademaster|✗ .*HikariPool.*is exhausted/;

/** Waits for the exhausted pool and arms the environment. */
const armFor = async (cockpit: Cockpit, reason: string): Promise<void> => {
  await cockpit.sees(exhausted);
  await arm(cockpit, reason);
};

incidentDrill('S1-I4', 'recovers', 'connection pool exhausted: long-running queries are ended', async () => {
  await using cockpit = await openCockpit('trading/production', 'pool-exhaustion');
  await armFor(cockpit, 'INC-31');
  await cockpit.keys('R');
  await cockpit.sees(/● pool-exhausted .* matches +DISRUPTIVE/);
  await cockpit.keys(esc);
  await chooseRunbook(cockpit, 'pool-exhausted');
  await cockpit.sees(/[║│] +Sessions with a statement/);
  await takeAll(cockpit, 6);
  await confirm(cockpit);
  await cockpit.sees(verified);
  expect(await cockpit.ended()).toEqual([
    { ending: 'recovered', why: 'Selected statements no longer run; No thread is waiting for a connection' },
  ]);
});

test('S1-I4, a larger pool recovers it, and undo restores the old size', async () => {
  await using cockpit = await openCockpit('trading/production', 'pool-exhaustion');
  await armFor(cockpit, 'INC-32');
  await chooseRunbook(cockpit, 'pool-size');
  await cockpit.sees(/MAXIMUMPOOLSIZE not set/);
  await confirm(cockpit);
  await cockpit.sees(verified);
  await cockpit.keys('u');
  await confirmUndo(cockpit);
  await cockpit.sees(/RECOVERED[\s\S]*Undo: Connection pool exhausted/);
  expect((await cockpit.ended()).map(({ ending }) => ending)[0]).toBe('recovered');
});

incidentDrill('S1-I4', 'wrong path', 'the service repeats the queries: executed, not recovered', async () => {
  await using cockpit = await openCockpit('trading/production', 'pool-leak');
  await armFor(cockpit, 'drill');
  await chooseRunbook(cockpit, 'pool-restart');
  await confirm(cockpit);
  await cockpit.sees(/EXECUTED, NOT RECOVERED/);
  expect(await cockpit.ended()).toEqual([
    {
      ending: 'executed-not-recovered',
      why: expect.stringMatching(/^No thread is waiting for a connection: not met/),
    },
  ]);
});

test('S1-I4, refused: read-only, canceled, or scaled by another user meanwhile', async () => {
  await using it = await openDrill('trading/production', 'pool-exhaustion');
  const { cockpit } = it;
  const card = async (): Promise<void> => {
    await chooseRunbook(cockpit, 'pool-size');
    await cockpit.sees(/Confirm in PRODUCTION/);
  };
  await cockpit.sees(exhausted);
  await card();
  await cockpit.sees(/read-only: press A to arm/);
  await cockpit.keys(enter);
  await arm(cockpit, 'drill');
  await confirm(cockpit);
  await cockpit.sees(/Sending in \d s/);
  await cockpit.keys('x');
  await cockpit.sees(/CANCELED/);
  await cockpit.keys(esc);
  expect(it.newChanges()).toEqual([]);
  await card();
  await confirm(cockpit);
  await cockpit.sees(/Sending in \d s/);
  await ask(`${it.at('deploy')}/services/trademaster-trading-service/scale`, 'POST', { replicas: 3 });
  it.newChanges();
  await cockpit.sees(/FORBIDDEN/);
  expect(it.newChanges()).toEqual([]);
});
