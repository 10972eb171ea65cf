import { test } from 'vitest';
import { openRehearsal } from '../support/rehearsal.ts';
import { ask } from '../world/ask.ts';
import {
  arm,
  type Cockpit,
  chooseRunbook,
  confirm,
  confirmUndo,
  enter,
  esc,
  openCockpit,
  openCockpitOn,
  takeAll,
  tick,
} from './cockpit.ts';

/** What a test may take: a third of it where nothing else runs. */
const timeout = 150_000;

const exhausted = /✗ exhausted +trademaster/;

/** Waits for the pool's incident, and arms the environment for it. */
const armFor = async (cockpit: Cockpit, reason: string): Promise<void> => {
  await cockpit.sees(exhausted);
  await arm(cockpit, reason);
};

const byHand = async (cockpit: Cockpit): Promise<void> => {
  await tick(cockpit, /▸ +Have a ticket/);
  await tick(cockpit, /▸ +Look for a leak/);
};

test.concurrent('S1-I4, connection pool exhausted: the long statements are ended', { timeout }, async ({
  expect,
}) => {
  await using cockpit = await openCockpit('trading/production', 'pool-exhaustion');
  await armFor(cockpit, 'INC-31');
  await cockpit.keys('R');
  await cockpit.sees(/● pool-exhausted .* fits now DISRUPTIVE/);
  await cockpit.keys(esc);
  await chooseRunbook(cockpit, 'pool-exhausted');
  await cockpit.sees(/Which sessions/);
  await takeAll(cockpit, 6);
  await confirm(cockpit);
  await byHand(cockpit);
  await cockpit.sees(/● RECOVERED/);
  expect(await cockpit.ended()).toEqual([
    { ending: 'recovered', why: 'These statements run no more; Nobody waits for a connection' },
  ]);
});

test.concurrent('S1-I4, a larger pool, and the undo takes it back', { timeout }, async ({ expect }) => {
  await using cockpit = await openCockpit('trading/production', 'pool-exhaustion');
  await armFor(cockpit, 'INC-32');
  await chooseRunbook(cockpit, 'pool-size');
  await cockpit.sees(/MAXIMUMPOOLSIZE not set/);
  await confirm(cockpit);
  await cockpit.sees(/● RECOVERED/);
  await cockpit.keys('u');
  await confirmUndo(cockpit);
  await cockpit.sees(/RECOVERED +Undo: Connection pool exhausted/);
  expect((await cockpit.ended()).map(({ ending }) => ending)[0]).toBe('recovered');
});

test.concurrent('the service sends them again: executed, not recovered', { timeout }, async ({ expect }) => {
  await using cockpit = await openCockpit('trading/production', 'pool-leak');
  await armFor(cockpit, 'drill');
  await chooseRunbook(cockpit, 'pool-restart');
  await confirm(cockpit);
  await cockpit.sees(/EXECUTED but NOT RECOVERED/);
  expect(await cockpit.ended()).toEqual([
    {
      ending: 'executed-not-recovered',
      why: expect.stringMatching(/^Nobody waits for a connection: not so/),
    },
  ]);
});

test.concurrent('S1-I4, refused: read-only, taken back, scaled by somebody else meanwhile', {
  timeout,
}, async ({ expect }) => {
  await using it = await openRehearsal('trading/production', 'pool-exhaustion');
  await using cockpit = await openCockpitOn('trading/production', it.sets);
  const card = async (): Promise<void> => {
    await chooseRunbook(cockpit, 'pool-size');
    await cockpit.sees(/CONFIRM IN PRODUCTION/);
  };
  await cockpit.sees(exhausted);
  await card();
  await cockpit.sees(/read-only: A arms it/);
  cockpit.pty.press(enter);
  await arm(cockpit, 'drill');
  await confirm(cockpit);
  await cockpit.sees(/SENDING IN \ds/);
  await cockpit.keys('x');
  await cockpit.sees(/CANCELLED/);
  await cockpit.keys(esc);
  expect(it.newChanges()).toEqual([]);
  await card();
  await confirm(cockpit);
  await cockpit.sees(/SENDING IN \ds/);
  await ask(`${it.at('deploy')}/services/trademaster-trading-service/scale`, 'POST', { replicas: 3 });
  it.newChanges();
  await cockpit.sees(/FORBIDDEN/);
  expect(it.newChanges()).toEqual([]);
});
