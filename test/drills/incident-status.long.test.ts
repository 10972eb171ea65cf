import { expect, test } from 'vitest';
import { openCockpit } from '../simulation/cockpit.ts';
import { arm, chooseRunbook, confirm, esc, tick } from '../support/cockpit-verbs.ts';

const events = (ledger: string) =>
  ledger
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).entry);

test('dependency-down: a verified step is no recovery while breakers are open; n opens the next runbook', async () => {
  await using cockpit = await openCockpit('event-bus/production', 'dependency-down');
  await cockpit.sees(/✗ (?:OPEN .*database|database.* OPEN)/);
  await arm(cockpit, 'INC-7');
  await chooseRunbook(cockpit, 'restore-database');
  await confirm(cockpit);
  await cockpit.sees(/▲ STEP VERIFIED, INCIDENT ONGOING/);
  await cockpit.sees(/STEP VERIFIED/);
  await cockpit.sees(/✗ incident ongoing: \d+ of \d+ findings remain/);
  await cockpit.sees(/n +breakers-open: /);
  expect(cockpit.pty.screen().join('\n')).not.toMatch(/● RECOVERED/);
  const [ended] = events(await cockpit.ledger()).filter(({ event }) => event === 'ended');
  expect(ended).toMatchObject({ ending: 'recovered', incident: { state: 'ongoing', next: 'breakers-open' } });
  expect(ended.incident.remaining).toBeGreaterThan(0);

  await cockpit.keys('n');
  await confirm(cockpit);
  for (const step of [/▸ +Identify the failing dependency/, /▸ +Review error and/, /▸ +Fix the cause/])
    await tick(cockpit, step);
  // The last tick does not send: the countdown comes directly before the call, with its target.
  await cockpit.sees(/Nothing has been sent\. {2}Any key cancels/);
  await cockpit.sees(/Sending in \d s[\s\S]*database/);
  await cockpit.sees(/● RECOVERED[\s\S]*Circuit breakers open/);
  await cockpit.sees(/Users are fine since [\d:]+\. (?:All \d+ findings are|The finding is) cleared\./);
  const after = events(await cockpit.ledger());
  expect(after.findLast(({ event }) => event === 'incident')).toMatchObject({
    incident: { state: 'all-clear', remaining: 0, unknown: 0, arisen: 0 },
  });
  const names = after.map(({ event }) => event);
  const sent = names.lastIndexOf('acting');
  expect(names.slice(0, sent).findLast((name) => name === 'window' || name === 'ticked')).toBe('window');
  await cockpit.keys(esc, 'J');
  await cockpit.sees(/incident all clear: (?:all \d+ findings are|the finding is) cleared/);
});

test('bad-release: after a verified rollback, what only counts the past suggests no further runbook', async () => {
  await using cockpit = await openCockpit('saga/production', 'bad-release');
  await cockpit.sees(/✗ Error rate/);
  await arm(cockpit, 'INC-8');
  await chooseRunbook(cockpit, 'roll-back');
  await confirm(cockpit);
  await cockpit.sees(/STEP VERIFIED, INCIDENT|● RECOVERED/);
  await cockpit.sees(/Users are fine since [\d:]+\. (?:All \d+ findings are|The finding is) cleared\./);
  const after = events(await cockpit.ledger());
  const statuses = after.flatMap(({ incident }) => incident ?? []);
  expect(statuses.map(({ next }) => next).filter((next) => next !== undefined)).toEqual([]);
  // The verification has waited until the windows looked back on the new release only.
  expect(statuses.at(-1)).toMatchObject({ state: 'all-clear', remaining: 0, unknown: 0 });
});
