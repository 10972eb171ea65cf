import { readFile } from 'node:fs/promises';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';
import { valueAt } from '../simulator/ask.ts';
import { declaredVars } from '../support/drill.ts';
import { desiredStateOf, listPaths } from '../support/watched-simulator.ts';
import { openCockpitIn, type SimulatedCockpit } from './cockpit.ts';
import { openSimulation } from './simulation.ts';

/** A simulated system that the test and a cockpit share: the test sees the changes and can interfere. */
export interface Drill extends AsyncDisposable {
  readonly cockpit: SimulatedCockpit;
  readonly simulator: RunningSimulator;
  /** Changes sent to the system since the last call, such as 'postgres pg_terminate_backend …'. */
  newChanges(): readonly string[];
  /** Address of a server of the environment, by name: 'deploy', 'event-bus-service-0'. */
  at(server: string): string;
  /** Reads the desired state of the cluster: the spec of every object that a runbook could change. */
  desiredState(): Promise<unknown>;
  /** Patches a deployment as another user. */
  patchExternally(deployment: string, patch: object): Promise<void>;
}

/** A client of the API server of an environment, as its administrator. */
const clusterOf = (simulator: RunningSimulator, env: string) => {
  const headers = { authorization: 'Bearer rehearsal-admin' };
  const server = async (): Promise<string> => {
    const kubeconfig = await readFile(simulator.vars(env)['world.kubeconfig'] ?? '', 'utf8');
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
 * Opens the cockpit of an environment on a simulated system with a developed incident. `vars` override the vars of the
 * drill.
 */
export const openDrill = async (
  name: string,
  incident: string,
  vars: Readonly<Record<string, string>> = {},
): Promise<Drill> => {
  const [system = '', env = ''] = name.split('/');
  const simulation = openSimulation();
  const { clock, startSimulator } = simulation.platform;
  const simulator = await simulation.until(startSimulator(system, { clock, incident, incidentEnv: env }));
  const known = await declaredVars(system, env);
  const sets = Object.entries({ ...simulator.rehearsalVars(env), ...vars })
    .filter(([key]) => known.has(key))
    .flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  const cockpit = await openCockpitIn(simulation, ['--env', name, ...sets]);
  const cluster = clusterOf(simulator, env);
  let seen = 0;
  return {
    cockpit,
    simulator,
    newChanges: () => {
      const all = simulator.changes();
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh.map(({ server, line }) => `${server} ${line}`);
    },
    at: (server) => simulator.vars(env)[`world.${server}`] ?? '',
    desiredState: () =>
      Promise.all(listPaths.map(async (path) => (await cluster.items(path)).map(desiredStateOf))),
    patchExternally: (deployment, patch) => cluster.patch(`${listPaths[0]}/${deployment}`, patch),
    [Symbol.asyncDispose]: async () => {
      await cockpit[Symbol.asyncDispose]();
      await simulation[Symbol.asyncDispose]();
    },
  };
};
