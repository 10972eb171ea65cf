import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { type KeyedIncident, keyedIncidents } from '../../scripts/incidents/incidents.ts';
import { keyTable } from '../../scripts/incidents/key-table.ts';
import { isShown, ledgerEvents, type Player, playIncident } from '../../scripts/incidents/play.ts';
import { openCockpitIn } from '../simulation/cockpit.ts';
import { openSimulation } from '../simulation/simulation.ts';

/** The fewest keys so far, of which six or seven are a reason to arm, and the text to type to confirm a restore. */
const fewest: Readonly<Record<string, number>> = {
  crashed: 16,
  'data-corruption': 45,
  'dependency-down': 15,
  'breaker-left-open': 13,
  'database-blocked': 15,
  'bad-release': 10,
  'broker-down': 3,
  'pool-exhaustion': 15,
};

const playInSimulation = async (incident: KeyedIncident) => {
  await using simulation = openSimulation();
  const args = ['--env', incident.env, '--rehearse', incident.incident];
  await using cockpit = await openCockpitIn(simulation, args, [120, 36]);
  const { clock } = simulation;
  const startedAt = clock.now();
  const player: Player = {
    sees: (texts, timeoutMs) =>
      cockpit.pty.until((screen) => isShown(screen, texts), `waiting for ${texts.join(' and ')}`, timeoutMs),
    press: (bytes) => cockpit.keys(bytes),
    wait: (ms) => simulation.wait(ms),
    elapsed: () => clock.now() - startedAt,
    ledger: async () => ledgerEvents(await cockpit.ledger().catch(() => ''), startedAt),
  };
  const played = await playIncident(incident, player, false);
  return { played, ended: incident.runbooks.length === 0 ? [] : await cockpit.ended() };
};

test.each(keyedIncidents)(
  '$env $incident is resolved by keys that the screen names',

  async (incident) => {
    const { played, ended } = await playInSimulation(incident);
    expect(played.runbooks).toEqual(incident.runbooks);
    expect(played.keys).toBeLessThanOrEqual(fewest[incident.incident] ?? 0);
    expect(ended.map(({ ending }) => ending)).toEqual(incident.runbooks.map(() => 'recovered'));
  },
);

test('docs/how-to/incident-by-keys.md shows the keys of one incident per system', async () => {
  const page = await readFile('docs/how-to/incident-by-keys.md', 'utf8');
  const shown = keyedIncidents.filter(({ env, incident }) =>
    page.includes(`--env ${env} --rehearse ${incident}`),
  );
  expect(new Set(shown.map(({ env }) => env))).toEqual(new Set(keyedIncidents.map(({ env }) => env)));
  for (const incident of shown) expect(page).toContain(keyTable(incident));
});
