import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { arm, chooseRunbook, confirm, enter, esc, tick } from '../support/cockpit-verbs.ts';

const incident = 'dependency-down';

test('S0-I3, circuit breakers open: from the symptom to recovered, by keys, in the right order', async () => {
  await using cockpit = await openCockpit('event-bus/production', incident);
  await cockpit.sees(/✗ OPEN +event-bus-ser\S+ +database/);
  await cockpit.sees(/READ-ONLY/);
  await arm(cockpit, 'INC-7');

  await chooseRunbook(cockpit, 'restore-database');
  await confirm(cockpit);
  await cockpit.sees(/SENDING IN \ds/);
  await cockpit.sees(/● RECOVERED/);
  await cockpit.keys(esc);
  // The dependency is back; the breakers stay open until somebody closes them.
  await cockpit.sees(/✗ OPEN +event-bus-ser\S+ +database/);

  await chooseRunbook(cockpit, 'breakers-open');
  await cockpit.sees(/▸ +database/);
  await cockpit.keys(enter);
  await confirm(cockpit);
  for (const step of [/▸ +Name the dependency/, /▸ +Read the error/, /▸ +Fix the cause/])
    await tick(cockpit, step);
  await cockpit.sees(/● RECOVERED/);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'recovered' }, { ending: 'recovered' }]);
  expect(await cockpit.ledger()).toMatch(/"armed":"INC-7"/);
});

test('a breaker closed before its dependency is back: executed, not recovered', async () => {
  await using cockpit = await openCockpit('demo/production', incident);
  await cockpit.sees(/✗ OPEN +bus-0/);
  await arm(cockpit, 'drill');
  await chooseRunbook(cockpit, 'close-breaker');
  await cockpit.sees(/▸ +broker/);
  await cockpit.keys(enter);
  await confirm(cockpit);
  await cockpit.sees(/EXECUTED but NOT RECOVERED/);
  expect(await cockpit.ended()).toMatchObject([{ ending: 'executed-not-recovered' }]);
});

test('wrong ways are refused: read-only sends nothing, and any key in the window takes it back', async () => {
  await using cockpit = await openCockpit('demo/production', incident);
  await cockpit.sees(/✗ OPEN +bus-0/);
  await chooseRunbook(cockpit, 'restore-broker');
  await cockpit.sees(/CONFIRM IN PRODUCTION/);
  await cockpit.sees(/read-only: A arms it/);
  cockpit.pty.press(enter);
  await arm(cockpit, 'drill');
  await confirm(cockpit);
  await cockpit.sees(/SENDING IN \ds/);
  await cockpit.keys('x');
  await cockpit.sees(/CANCELLED/);
  const ledger = await cockpit.ledger();
  expect(ledger).toMatch(/"ending":"cancelled"/);
  expect(ledger).not.toMatch(/"event":"acting"/);
});
