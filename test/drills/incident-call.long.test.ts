import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCockpitIn } from '../simulation/cockpit.ts';
import { openSimulation } from '../simulation/simulation.ts';
import { arm, type Cockpit, chooseSuggested, enter, esc } from '../support/cockpit-verbs.ts';

const type = async (cockpit: Cockpit, text: string): Promise<void> => {
  await cockpit.keys(...text, enter);
};

/** Confirms the preview of a report, and waits for its outcome. */
const report = async (cockpit: Cockpit, title: RegExp): Promise<void> => {
  await cockpit.sees(title);
  await cockpit.sees(/Confirm in PRODUCTION/);
  await cockpit.reads();
  await cockpit.keys(enter);
  // In the title of its card: the timeline beside it has the outcomes of other runs.
  await cockpit.sees(/╭─ . (?:RECOVERED|STEP VERIFIED|EXECUTED)/);
  await cockpit.keys(esc);
};

test('the eight steps of an incident in trading/production, by keys, to the exported report', async () => {
  await using simulation = openSimulation();
  await using cockpit = await openCockpitIn(
    simulation,
    ['--env', 'trading/production', '--rehearse', 'paged'],
    [140, 44],
  );
  await cockpit.sees(/Customers report rejected orders/);
  await arm(cockpit, 'INC-1');
  await cockpit.keys('!');
  await cockpit.sees(/DECLARE INCIDENT/);
  await type(cockpit, 'Orders time out');
  await cockpit.sees(/INC-1 P\d/);
  await cockpit.keys(':', ...'incident', enter);
  await cockpit.sees(/DRILL +Orders time out +INVESTIGATING/);

  // 1. Acknowledge, here and in PagerDuty.
  await cockpit.keys('a');
  await cockpit.sees(/PagerDuty incident/);
  await cockpit.keys(enter);
  await report(cockpit, /Acknowledge in PagerDuty/);
  await cockpit.sees(/linked +pagerduty #\d+/);

  // 2. Assess severity and impact.
  await cockpit.keys('f', 'j', enter);
  await cockpit.sees(/IMPACT/);
  await type(cockpit, 'orders of all users');
  await cockpit.sees(/impact +orders of all users/);

  // 3. Communicate.
  await cockpit.keys('i');
  await type(cockpit, 'The connection pool is exhausted');
  await report(cockpit, /Post an update of the incident/);
  await cockpit.sees(/slack \d+\.\d+/);

  // 4. to 6. Diagnose by the runbook, resolve, verify.
  await cockpit.keys(':', ...'rehearse pool-exhaustion', enter);
  await chooseSuggested(cockpit, 'pool-exhausted');
  await cockpit.sees(/Sessions with a statement/);
  await cockpit.keys('a', enter);
  await cockpit.sees(/Confirm in PRODUCTION/);
  await cockpit.reads();
  await cockpit.keys(enter);
  await cockpit.sees(/● incident all clear|STEP VERIFIED|● RECOVERED/);
  await cockpit.keys(esc);
  await cockpit.keys('t');
  await type(cockpit, 'Blocked sessions held the pool');
  await report(cockpit, /Post an update of the incident/);
  await cockpit.keys('t');
  await type(cockpit, 'Sessions are terminated');
  await report(cockpit, /Post an update of the incident/);
  await cockpit.keys('t');
  await type(cockpit, 'All checks hold');
  await report(cockpit, /Post an update of the incident/);
  await cockpit.sees(/RESOLVED/);
  await cockpit.keys('O', 'j', 'j', enter);
  await report(cockpit, /Resolve in PagerDuty/);
  await cockpit.keys('g');
  await cockpit.sees(/pagerduty +resolved #\d+/);

  // 7. Document. 8. The post-mortem is due.
  await cockpit.sees(/Post-mortem: due in (?:2d|1d23h)/);
  const before = await readdir('.');
  await cockpit.keys('d', 'j', 'j', enter);
  await cockpit.sees(/saved: .*INC-1-post-mortem.*\.md/);
  const name = (await readdir('.')).find((part) => !before.includes(part) && part.startsWith('INC-1'));
  const path = join('.', name ?? '');
  const text = await readFile(path, 'utf8');
  await rm(path);
  expect(text).toContain('# Post-mortem of INC-1: Orders time out');
  expect(text).toContain('(drill on a simulator)');
  expect(text).toMatch(/pagerduty resolved \\#\d+/);
  expect(text.match(/slack update posted/g)).toHaveLength(4);
  expect(text).toMatch(/run Database connection pool exhausted.*RECOVERED|run .*pool.*VERIFIED/i);

  // The messages of the incident are one thread, and nothing was posted twice.
  const { stdout } = await simulation.run([
    'incident',
    'show',
    'INC-1',
    '--json',
    '--env',
    'trading/production',
    '--rehearse',
    'paged',
  ]);
  const { links, updates } = JSON.parse(stdout);
  expect(links.filter(({ service }: { service: string }) => service === 'slack')).toHaveLength(1);
  expect(updates.map(({ posting }: { posting: string }) => posting)).toEqual([
    'sent',
    'sent',
    'sent',
    'sent',
  ]);
});
