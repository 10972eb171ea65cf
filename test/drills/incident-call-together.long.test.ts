import { expect, test } from 'vitest';
import { openCockpitIn } from '../simulation/cockpit.ts';
import { openSimulation } from '../simulation/simulation.ts';
import { arm, type Cockpit, enter, esc } from '../support/cockpit-verbs.ts';

const type = (cockpit: Cockpit, text: string): Promise<void> => cockpit.keys(...text, enter);

const confirmCard = async (cockpit: Cockpit): Promise<void> => {
  await cockpit.sees(/Confirm in PRODUCTION/);
  await cockpit.reads();
  await cockpit.keys(enter);
};

const openIncident = (cockpit: Cockpit): Promise<void> => cockpit.keys(':', ...'incident', enter);

/** The steps that have sent something, over all runs of the ledger. */
const actedIn = (ledger: string): readonly string[] =>
  ledger
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).entry)
    .filter(({ event }) => event === 'acting')
    .map(({ title }) => title);

test('an update and an issue that two cockpits have on their cards are sent once. The second is told by whom', async () => {
  await using simulation = openSimulation();
  const args = ['--env', 'trading/production', '--rehearse', 'paged'];
  await using ana = await openCockpitIn(simulation, args, [140, 44]);
  await using ben = await openCockpitIn(simulation, args, [140, 44]);
  for (const cockpit of [ana, ben]) {
    await cockpit.sees(/Customers report rejected orders/);
    await arm(cockpit, 'INC-1');
  }
  await ana.keys('!');
  await type(ana, 'Orders time out');
  for (const cockpit of [ana, ben]) {
    await cockpit.sees(/INC-1 P\d/);
    await openIncident(cockpit);
  }
  await ana.keys('i');
  await type(ana, 'The connection pool is exhausted');
  await ana.sees(/Post an update of the incident/);
  await ben.sees(/update +The connection pool is exhausted/);
  await ben.keys('O', enter);
  await ben.sees(/Post an update of the incident/);
  await confirmCard(ana);
  await ana.sees(/STEP VERIFIED|● RECOVERED/);
  await confirmCard(ben);
  await ben.sees(/update of INC-1 \(entry \d+\) was already posted by \S+ at/);
  for (const cockpit of [ana, ben]) await cockpit.keys(esc);

  // An issue has no entry: there is one for an incident.
  for (const cockpit of [ana, ben]) {
    await cockpit.keys('O', 'j', 'j', 'j', enter);
    await cockpit.sees(/File an issue for the incident/);
  }
  await confirmCard(ben);
  await ben.sees(/EXECUTED/);
  await confirmCard(ana);
  await ana.sees(/issue of INC-1 was already filed by/);
  expect(actedIn(await ana.ledger())).toEqual(['Post the update of INC-1', 'File an issue for INC-1']);
});
