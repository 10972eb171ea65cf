import { readFile } from 'node:fs/promises';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';
import { valueAt } from '../simulator/ask.ts';
import { varsOf } from '../support/rehearsal.ts';
import { kinds, wantedOf } from '../support/watched-world.ts';
import { openCockpitIn, type SimulatedCockpit } from './cockpit.ts';
import { openSimulation } from './simulation.ts';

/** A simulated system that a test holds itself while a cockpit works on it: it sees what was changed there, and interferes. */
export interface Rehearsal extends AsyncDisposable {
  readonly cockpit: SimulatedCockpit;
  readonly world: RunningSimulator;
  /** What has been asked of the system since the last call to change it: 'postgres pg_terminate_backend …'. */
  newChanges(): readonly string[];
  /** Where a server of the environment listens, by its name: 'deploy', 'event-bus-service-0'. */
  at(server: string): string;
  /** What its cluster is asked to be: every object that a runbook could change, as it is wanted. */
  wanted(): Promise<unknown>;
  /** Someone else patches a deployment. */
  meddle(deployment: string, patch: object): Promise<void>;
}

/** The API server of an environment, asked as its administrator. */
const clusterOf = (world: RunningSimulator, env: string) => {
  const headers = { authorization: 'Bearer rehearsal-admin' };
  const server = async (): Promise<string> => {
    const kubeconfig = await readFile(world.vars(env)['world.kubeconfig'] ?? '', 'utf8');
    return String(valueAt(JSON.parse(kubeconfig), 'clusters', '0', 'cluster', 'server'));
  };
  return {
    items: async (path: string): Promise<readonly unknown[]> => {
      const list: unknown = await (await fetch(`${await server()}${path}`, { headers })).json();
      return [valueAt(list, 'items')].flat();
    },
    patch: async (path: string, patch: object): Promise<void> => {
      const answer = await fetch(`${await server()}${path}`, {
        method: 'PATCH',
        headers: { ...headers, 'content-type': 'application/strategic-merge-patch+json' },
        body: JSON.stringify(patch),
      });
      if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
    },
  };
};

/**
 * Opens the cockpit of an environment on a simulated system in which an incident has developed. `vars` stand in place of what
 * a rehearsal says.
 */
export const openRehearsal = async (
  name: string,
  incident: string,
  vars: Readonly<Record<string, string>> = {},
): Promise<Rehearsal> => {
  const [system = '', env = ''] = name.split('/');
  const simulation = openSimulation();
  const { clock, startWorld } = simulation.platform;
  const world = await simulation.until(startWorld(system, { clock, incident, incidentEnv: env }));
  const known = await varsOf(system, env);
  const sets = Object.entries({ ...world.rehearsalVars(env), ...vars })
    .filter(([key]) => known.has(key))
    .flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const cockpit = await openCockpitIn(simulation, ['--env', name, ...sets]);
  const cluster = clusterOf(world, env);
  let seen = 0;
  return {
    cockpit,
    world,
    newChanges: () => {
      const all = world.changes();
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh.map(({ server, line }) => `${server} ${line}`);
    },
    at: (server) => world.vars(env)[`world.${server}`] ?? '',
    wanted: () => Promise.all(kinds.map(async (path) => (await cluster.items(path)).map(wantedOf))),
    meddle: (deployment, patch) => cluster.patch(`${kinds[0]}/${deployment}`, patch),
    [Symbol.asyncDispose]: async () => {
      await cockpit[Symbol.asyncDispose]();
      await simulation[Symbol.asyncDispose]();
    },
  };
};
