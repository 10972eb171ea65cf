import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openCockpitIn } from '../simulation/cockpit.ts';
import { openSimulation } from '../simulation/simulation.ts';
import { arm, type Cockpit, enter, esc } from '../support/cockpit-verbs.ts';

const routingKey = 'R0123456789ABCDEF0123456789ABCDE';

/** The shipped profiles, with an integration of PagerDuty that events are sent to. */
const profilesWithEvents = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-events-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  await cp('profiles', dir, { recursive: true });
  const file = join(dir, 'trading', 'base.yaml');
  const text = await readFile(file, 'utf8');
  const shipped = 'from: "${pagerduty-from}" }';
  expect(text).toContain(shipped);
  const events = `from: "\${pagerduty-from}", events: { url: "\${pagerduty}", routingKey: ${routingKey} } }`;
  await writeFile(file, text.replace(shipped, events));
  return dir;
};

/** Chooses the nth report of the incident, from 0. */
const chooseReport = (cockpit: Cockpit, nth: number): Promise<void> =>
  cockpit.keys('O', ...Array.from({ length: nth }, () => 'j'), enter);

/** Confirms the card of a report, and waits for its verification. */
const confirm = async (cockpit: Cockpit, title: string): Promise<void> => {
  await cockpit.sees(new RegExp(`${title}[^]*Confirm in PRODUCTION|Confirm in PRODUCTION[^]*${title}`));
  await cockpit.reads();
  await cockpit.keys(enter);
  await cockpit.sees(/╭─ . (?:RECOVERED|STEP VERIFIED)/);
  await cockpit.keys(esc);
};

test('an incident pages the on-call by the Events API, and an update becomes a note of that PagerDuty incident', async () => {
  await using simulation = openSimulation();
  const args = ['--profiles', await profilesWithEvents(), '--env', 'trading/production'];
  await using cockpit = await openCockpitIn(
    simulation,
    [...args, '--rehearse', 'pool-exhaustion'],
    [140, 44],
  );
  await cockpit.sees(/HikariPool-1/);
  await arm(cockpit, 'Orders fail');
  await cockpit.keys('!');
  await cockpit.sees(/DECLARE INCIDENT/);
  await cockpit.keys(...'Orders time out', enter);
  await cockpit.sees(/INC-1 P\d/);
  await cockpit.keys(':', ...'incident', enter);
  await cockpit.sees(/INVESTIGATING/);

  await chooseReport(cockpit, 5);
  await confirm(cockpit, 'Page the on-call');
  await cockpit.sees(/pagerduty +on-call paged/);

  await cockpit.keys('i', ...'The pool is exhausted', enter);
  await cockpit.sees(/Post an update of the incident/);
  await cockpit.keys(esc);
  await chooseReport(cockpit, 6);
  await cockpit.sees(/page 1001 \(only choice\)/);
  await confirm(cockpit, 'Add the update as a note');
  await cockpit.sees(/pagerduty +note added/);

  const sent = simulation.simulators
    .flatMap((simulator) => simulator.changes())
    .filter(({ server }) => server === 'pagerduty');
  expect(sent.map(({ line, body }) => [line, JSON.parse(body ?? '')])).toEqual([
    [
      'POST /v2/enqueue',
      {
        routing_key: routingKey,
        event_action: 'trigger',
        dedup_key: expect.stringContaining('INC-1'),
        client: 'opsdeck',
        payload: { summary: 'INC-1: Orders time out', severity: 'critical', source: 'trading/production' },
      },
    ],
    [expect.stringMatching(/^POST \/incidents\/\w+\/notes$/), { note: { content: 'The pool is exhausted' } }],
  ]);
  // The key is that of an account: no record of the run has it.
  expect(await cockpit.ledger()).not.toContain(routingKey);
});
