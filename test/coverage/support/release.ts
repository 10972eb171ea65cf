import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { Simulation } from '../../simulation/simulation.ts';
import { nightArchive } from '../cases/eventmesh-archives.ts';
import { type Exercises, eventsOf } from './exercises.ts';

export const releaseParams = {
  version: '0.1.1',
  approver: 'Ada Lovelace',
  archive: nightArchive,
  host: 'vm-1',
};

/** Variables of the simulator that the profile uses. */
const setsOf = async (env: string, vars: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const files = ['base', 'hosts', env].map((file) => readFile(`profiles/eventmesh/${file}.yaml`, 'utf8'));
  const known = (await Promise.all(files)).flatMap((text) => Object.keys(parse(text).vars));
  return Object.entries(vars).flatMap(([name, value]) =>
    known.includes(name) ? ['--set', `${name}=${value}`] : [],
  );
};

const flags = (name: string, values: readonly string[]): readonly string[] =>
  values.flatMap((value) => [name, value]);

interface ListReport {
  readonly items: readonly { readonly id: string; readonly state: string; readonly why: string }[];
}

/** One simulator for several runs: the next run finds what the previous one deployed. */
export const openRelease = async (
  simulation: Simulation,
  { trace, processEnv }: Pick<Exercises, 'trace' | 'processEnv'>,
) => {
  const { clock, startSimulator } = simulation.platform;
  const simulator = await simulation.until(startSimulator('eventmesh', { clock }));
  const run = async (
    runbook: string,
    env: string,
    extra: readonly string[],
    given: Readonly<Record<string, string>>,
  ) => {
    const args = [
      ...['run', runbook, '--env', `eventmesh/${env}`, '--json', '--diagnose', '--arm', 'a release'],
      ...(await setsOf(env, simulator.rehearsalVars(env))),
      ...flags(
        '--param',
        Object.entries(given).map(([name, value]) => `${name}=${value}`),
      ),
      ...extra,
    ];
    const ended = await simulation.run([...args, '--trace', trace()], processEnv);
    return eventsOf(ended);
  };
  const toStaging = () =>
    run('deploy', 'staging', flags('--confirm', ['forge']), { version: releaseParams.version });
  const toProduction = (given: Readonly<Record<string, string>> = releaseParams) =>
    run(
      'deploy',
      'production',
      [...flags('--confirm', ['forge', 'hosts', 'staging']), ...flags('--done', ['c5', 'c7', 'approved'])],
      given,
    );
  /** Completes the list that gates the deployment: its run first, then the ticks of a person. Returns its open items. */
  const complete = async (): Promise<readonly string[]> => {
    await run('security-scan', 'production', flags('--confirm', ['forge']), {});
    const sets = await setsOf('production', simulator.rehearsalVars('production'));
    const list = ['checklist', 'before-deploy', '--env', 'eventmesh/production', '--json', ...sets];
    for (const item of ['benchmarks', 'migrations', 'told'])
      await simulation.run([...list, '--tick', item, '--note', 'a release'], processEnv);
    const { stdout } = await simulation.run(list, processEnv);
    const [{ items }]: readonly [ListReport] = JSON.parse(stdout);
    return items.flatMap(({ id, state, why }) =>
      state === 'open' || state === 'unknown' ? [`${id}: ${why}`] : [],
    );
  };
  return { toStaging, toProduction, complete, simulator };
};
