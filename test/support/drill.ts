import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { machinePlatform, type ProcessPlatform } from '../../src/cli/command/context.ts';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';

/** A simulator with an incident, owned by the test; a command under test reads and changes it. */
export interface Drill extends AsyncDisposable {
  readonly simulator: RunningSimulator;
  /** Options that point a shipped profile at the simulator: `--env SYSTEM/ENV --set VAR=VALUE …`. */
  readonly args: readonly string[];
  /** `args` without `--env`. */
  readonly sets: readonly string[];
  /** Address of a server of the environment, by name: 'deploy', 'event-bus-service-0'. */
  at(name: string): string;
  /** Changes sent to the simulator since the last call, such as 'postgres pg_terminate_backend …'. */
  newChanges(): readonly string[];
}

/** Names of the vars that the profile of an environment declares: `--set` accepts no others. */
export const declaredVars = async (system: string, env: string): Promise<ReadonlySet<string>> => {
  const names = ['base', env].map(async (file) => {
    const profile = parse(await readFile(`profiles/${system}/${file}.yaml`, 'utf8'));
    return Object.keys(profile.vars ?? {});
  });
  return new Set((await Promise.all(names)).flat());
};

/** Opens a simulator with a developed incident, on this machine or in a simulation. `vars` override those of the drill. */
export const openDrill = async (
  name: string,
  incident: string,
  vars: Readonly<Record<string, string>> = {},
  platform: Pick<ProcessPlatform, 'clock' | 'startSimulator'> = machinePlatform(),
): Promise<Drill> => {
  const [system = '', env = ''] = name.split('/');
  const { clock, startSimulator } = platform;
  const simulator = await startSimulator(system, { clock, incident, incidentEnv: env });
  const known = await declaredVars(system, env);
  const sets = Object.entries({ ...simulator.rehearsalVars(env), ...vars })
    .filter(([key]) => known.has(key))
    .flatMap(([key, value]) => ['--set', `${key}=${value}`]);
  let seen = 0;
  return {
    simulator,
    sets,
    args: ['--env', name, ...sets],
    at: (server) => simulator.vars(env)[`world.${server}`] ?? '',
    newChanges: () => {
      const all = simulator.changes();
      const fresh = all.slice(seen);
      seen = all.length;
      return fresh.map(({ server, line }) => `${server} ${line}`);
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
};
