import { expect, test } from 'vitest';
import { openCockpitBy } from '../simulation/cockpit.ts';
import { openSimulation } from '../simulation/simulation.ts';
import { enter, esc } from '../support/cockpit-verbs.ts';

test('`?` twice gives the next hint: the pane, the symptom, the runbook, from the facts; each is counted', async () => {
  await using simulation = openSimulation();
  await using cockpit = await openCockpitBy(simulation, ['drill', 'demo/production', 'high-error-rate']);
  await cockpit.sees(/drill high-error-rate/);
  // The condition of the runbook has to hold for some time.
  await simulation.wait(40_000);
  await cockpit.keys('?');
  await cockpit.sees(/^ \? hint/m);
  await cockpit.keys('?');
  await cockpit.sees(/HINTS .* 1 given · \+30s/);
  await cockpit.sees(/pane +7 Alerts has 1 problem\./);
  await cockpit.keys('?');
  await cockpit.sees(/symptom +Alerts HighErrorRate · catalog: FIRING/);
  await cockpit.keys('?');
  await cockpit.sees(/runbook +R and roll-back-catalog: .*Matches: /);
  await cockpit.keys('?');
  await cockpit.sees(/this drill has no more hints/);
  await cockpit.sees(/3 given · \+1m30s/);
  await cockpit.keys(esc, ':', ...'heal', enter);
  await cockpit.sees(/hints +3/);
});

test('without a drill `?` twice closes the help', async () => {
  await using simulation = openSimulation();
  await using cockpit = await openCockpitBy(simulation, ['--env', 'demo/production']);
  await cockpit.sees(/demo +Demo production/);
  await cockpit.keys('?');
  await cockpit.sees(/HELP/);
  await cockpit.keys('?');
  expect(cockpit.pty.screen().join('\n')).not.toMatch(/HELP|HINTS/);
});
