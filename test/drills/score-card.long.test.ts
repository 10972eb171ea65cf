import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCockpitBy } from '../simulation/cockpit.ts';
import { openSimulation, type Simulation } from '../simulation/simulation.ts';
import { arm, chooseRunbook, confirm, enter, esc } from '../support/cockpit-verbs.ts';

const storedIn = async ({ stateDir }: Simulation) =>
  JSON.parse(await readFile(join(stateDir, 'drills.json'), 'utf8')).drills;

test('a drill that recovers is scored on the screen, at the end of the command and in the history', async () => {
  await using simulation = openSimulation();
  await using cockpit = await openCockpitBy(simulation, ['drill', 'demo/production', 'dependency-down']);
  await cockpit.sees(/✗ .*OPEN/);
  await simulation.wait(5000);
  await arm(cockpit, 'INC-7');
  await chooseRunbook(cockpit, 'restore-broker');
  await confirm(cockpit);
  await cockpit.sees(/◌ Running /);
  expect(await storedIn(simulation)).toMatchObject([
    { incident: 'dependency-down', score: { outcome: 'not-recovered', gates: { passed: 1 } } },
  ]);
  expect(await storedIn(simulation)).not.toMatchObject([{ endedAt: expect.anything() }]);
  await cockpit.sees(/drill ended: recovered in \d+s\. :score shows the score card/);

  // The score card opens once the card of the run is closed. `q` would close it, too.
  await cockpit.keys(esc);
  await cockpit.sees(/SCORE {3}demo\/production dependency-down.*● RECOVERED/);
  await cockpit.keys(esc);
  cockpit.pty.press('q');
  expect(await simulation.until(cockpit.code)).toBe(0);
  const printed = cockpit.terminal.rows().join('\n');
  expect(printed).toMatch(/DRILL demo\/production dependency-down: RECOVERED by restore-broker/);
  expect(printed).toMatch(/time to act +[5-9]s/);
  expect(printed).toMatch(/gates: 1 passed, 0 refused, 0 overridden/);
  expect(printed).toMatch(/best: none before this drill/);
  const [record] = await storedIn(simulation);
  expect(record).toMatchObject({
    endedAt: expect.any(Number),
    score: { outcome: 'recovered', runbook: 'restore-broker', wrongTurns: [], hints: 0 },
  });
});

test('a drill that is left is not recovered, and exits 1', async () => {
  await using simulation = openSimulation();
  await using cockpit = await openCockpitBy(simulation, ['drill', 'demo/production', 'slow-service']);
  await cockpit.sees(/drill slow-service/);
  cockpit.pty.press('q');
  expect(await simulation.until(cockpit.code)).toBe(1);
  expect(cockpit.terminal.rows().join('\n')).toMatch(/slow-service: NOT RECOVERED/);
  expect(await storedIn(simulation)).toMatchObject([
    { incident: 'slow-service', endedAt: expect.any(Number), score: { outcome: 'not-recovered' } },
  ]);
});

test('ending a drill by healing the simulator is no recovery', async () => {
  await using simulation = openSimulation();
  await using cockpit = await openCockpitBy(simulation, ['drill', 'demo/production', 'slow-service']);
  await cockpit.sees(/drill slow-service/);
  await cockpit.keys(':', ...'heal', enter);
  await cockpit.sees(/SCORE {3}demo\/production slow-service.*▲ NOT RECOVERED/);
  await cockpit.keys(esc);
  await cockpit.sees(/drill ended: not recovered/);
  await cockpit.keys(':', ...'rehearse sla', enter);
  await cockpit.sees(/drill started: sla/);
  cockpit.pty.press('q');
  expect(await simulation.until(cockpit.code)).toBe(1);
  expect(await storedIn(simulation)).toMatchObject([
    { incident: 'slow-service', score: { outcome: 'not-recovered' } },
    { incident: 'sla', score: { outcome: 'not-recovered' } },
  ]);
});
