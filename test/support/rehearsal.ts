import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { machinePlatform, type ProcessPlatform } from '../../src/cli/context.ts';
import type { RunningSimulator } from '../../src/simulator/simulator.ts';

/** An embedded world of the test's own, whose incident a program outside looks at and acts on. */
export interface Rehearsal extends AsyncDisposable {
  readonly simulator: RunningSimulator;
  /** What leads a shipped profile here: `--env SYSTEM/ENV --set VAR=VALUE …`. */
  readonly args: readonly string[];
  /** The same without `--env`. */
  readonly sets: readonly string[];
  /** Where a server of the world listens: 'deploy', 'event-bus-service-0'. */
  at(name: string): string;
  /** What was asked of the world since the last call to change it: 'postgres pg_terminate_backend …'. */
  newChanges(): readonly string[];
}

/** The vars that the profile of an environment declares: `--set` takes no others. */
export const varsOf = async (system: string, env: string): Promise<ReadonlySet<string>> => {
  const names = ['base', env].map(async (file) => {
    const profile = parse(await readFile(`profiles/${system}/${file}.yaml`, 'utf8'));
    return Object.keys(profile.vars ?? {});
  });
  return new Set((await Promise.all(names)).flat());
};

/** Opens a world in which an incident has developed, on this machine or in a simulation. `vars` stand in place of what a rehearsal says. */
export const openRehearsal = async (
  name: string,
  incident: string,
  vars: Readonly<Record<string, string>> = {},
  platform: Pick<ProcessPlatform, 'clock' | 'startSimulator'> = machinePlatform(),
): Promise<Rehearsal> => {
  const [system = '', env = ''] = name.split('/');
  const { clock, startSimulator } = platform;
  const simulator = await startSimulator(system, { clock, incident, incidentEnv: env });
  const known = await varsOf(system, env);
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
