import { readdir, readFile, rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { enter } from '../support/cockpit-verbs.ts';
import { openCockpitIn, type SimulatedCockpit } from './cockpit.ts';
import { openSimulation } from './simulation.ts';

const production = ['--env', 'event-bus/production', '--rehearse', 'dependency-down'];

/** Moves the cursor of Checklists to the row with this text. */
const goTo = async (cockpit: SimulatedCockpit, row: RegExp): Promise<void> => {
  for (let presses = 0; presses < 20; presses++) {
    if (row.test(cockpit.pty.screen().join('\n'))) return;
    await cockpit.keys('j');
  }
  throw new Error(`no row ${String(row)}`);
};

const command = async (cockpit: SimulatedCockpit, text: string): Promise<void> => {
  await cockpit.keys(':');
  await cockpit.keys(...text, enter);
};

test('an item is ticked by a check and un-ticked when that no longer holds, by keys', async () => {
  await using simulation = openSimulation();
  await using cockpit = await openCockpitIn(simulation, production, [120, 40]);
  await command(cockpit, 'checklists');
  await cockpit.sees(/After a deployment/);
  await goTo(cockpit, /^ After a deployment {2}on demand/m);
  await cockpit.keys(enter);
  await cockpit.sees(/\[ \] All circuit breakers are closed +check fails/);

  await command(cockpit, 'heal');
  await cockpit.sees(/\[=\] All circuit breakers are closed +by a check +\d\d:\d\d:\d\d/);
  // With a first note the list is in progress: from now on the journal has what is lost.
  await goTo(cockpit, /^ \[=\] All circuit breakers are closed {2}by a check/m);
  await cockpit.keys('!', ...'seen', enter);
  await cockpit.sees(/\d\d:\d\d:\d\d \S+@\S+: seen/);

  await command(cockpit, 'rehearse dependency-down');
  await cockpit.sees(/\[ \] All circuit breakers are closed +check fails +\d\d:\d\d:\d\d +\S/);
  await command(cockpit, 'journal');
  await cockpit.sees(/After a deployment: All circuit breakers are closed +the item is open again/);
});

test('a tick of a person is seen with name and note after a restart, and by the command', async () => {
  await using simulation = openSimulation();
  {
    await using cockpit = await openCockpitIn(simulation, production);
    await command(cockpit, 'checklists');
    await cockpit.sees(/Before a deployment/);
    await cockpit.keys(enter);
    await goTo(cockpit, /^ \[ \] The new version is compatible with its dependencies/m);
    await cockpit.keys(' ');
    await cockpit.sees(/\[x\] The new version is compatible\S* .*done/);
  }
  const { stdout, code } = await simulation.run(['checklist', 'before-deploy', ...production]);
  expect(stdout).toMatch(
    /\[x\] dependencies {2}The new version is compatible with its dependencies {2}\S+@\S+/,
  );
  expect(code).toBe(1);
});

test('an item that a person decides shows what its source says, on request, and the list is saved as Markdown', async () => {
  await using simulation = openSimulation();
  await using cockpit = await openCockpitIn(
    simulation,
    ['--env', 'trading/production', '--rehearse', 'slow-queries'],
    [140, 44],
  );
  await command(cockpit, 'checklists');
  await cockpit.sees(/Weekly maintenance/);
  // Nothing is overdue where no person has used the lists.
  expect(cockpit.pty.screen().join('\n')).not.toMatch(/overdue/);
  await goTo(cockpit, /^ Weekly maintenance {2}/m);
  await cockpit.keys(enter);
  await goTo(cockpit, /^ \[ \] Slow queries are reviewed/m);
  await cockpit.sees(/L reads pg\.statements/);
  await cockpit.keys('L');
  await cockpit.sees(/pg\.statements, \S+ ago:\n.*\S/);
  await cockpit.keys('D');
  await cockpit.sees(/saved: .*checklist-weekly.*\.md/);
  const name = (await readdir('.')).find((part) => /^checklist-weekly.*\.md$/.test(part)) ?? '';
  const text = await readFile(name, 'utf8');
  await rm(name);
  expect(text).toContain('## Weekly maintenance');
  expect(text).toContain('- [ ] Slow queries are reviewed');
  expect(text).toContain('## Weekly maintenance: history');
});
