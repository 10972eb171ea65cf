import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Simulation } from '../../simulation/simulation.ts';

/** The vars that the shipped profiles of a system declare. */
const declared = async (system: string): Promise<ReadonlySet<string>> => {
  const names = (await readdir(`profiles/${system}`)).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(names.map((name) => readFile(`profiles/${system}/${name}`, 'utf8')));
  return new Set(texts.flatMap((text) => Object.keys(parse(text, { maxAliasCount: -1 })?.vars ?? {})));
};

/**
 * Starts the simulator of an environment with its incident, and returns the arguments that select it: several commands
 * then act on the same system.
 */
export const systemAddresses = async (
  simulation: Simulation,
  { env, incident }: { readonly env: string; readonly incident?: string },
): Promise<readonly string[]> => {
  const [system = '', name = ''] = env.split('/');
  const { clock, startSimulator } = simulation.platform;
  const started = { clock, ...(incident === undefined ? {} : { incident, incidentEnv: name }) };
  const simulator = await simulation.until(startSimulator(system, started));
  const known = await declared(system);
  return Object.entries(simulator.rehearsalVars(name))
    .filter(([key]) => known.has(key))
    .flatMap(([key, value]) => ['--set', `${key}=${value}`]);
};
