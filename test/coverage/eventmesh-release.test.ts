import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { RunEvent } from '../../src/domain/run.ts';
import { openSimulation, type Simulation } from '../simulation/simulation.ts';
import { nightArchive } from './cases/eventmesh-archives.ts';
import { eventsOf } from './support/exercises.ts';

/** What one may take: a fifth of it where nothing else runs. */
const timeout = 120_000;

const params = {
  version: '0.1.1',
  approver: 'Ada Lovelace',
  archive: nightArchive,
  host: 'vm-1',
};

/** What the world tells of itself, as far as the profile asks for it. */
const setsOf = async (env: string, told: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const files = ['base', 'hosts', env].map((file) => readFile(`profiles/eventmesh/${file}.yaml`, 'utf8'));
  const known = (await Promise.all(files)).flatMap((text) => Object.keys(parse(text).vars));
  return Object.entries(told).flatMap(([name, value]) =>
    known.includes(name) ? ['--set', `${name}=${value}`] : [],
  );
};

const flags = (name: string, values: readonly string[]): readonly string[] =>
  values.flatMap((value) => [name, value]);

/** One world for several runs: what the first has deployed, the next one finds. */
const openRelease = async (simulation: Simulation) => {
  const { clock, startWorld } = simulation.platform;
  const world = await simulation.until(startWorld('eventmesh', { clock }));
  const run = async (env: string, extra: readonly string[], given: Readonly<Record<string, string>>) => {
    const ended = await simulation.run([
      ...['run', 'deploy', '--env', `eventmesh/${env}`, '--json', '--arm', 'a release'],
      ...(await setsOf(env, world.rehearsalVars(env))),
      ...flags(
        '--param',
        Object.entries(given).map(([name, value]) => `${name}=${value}`),
      ),
      ...extra,
    ]);
    return eventsOf(ended);
  };
  const toStaging = () => run('staging', flags('--confirm', ['forge']), { version: params.version });
  const toProduction = (given: Readonly<Record<string, string>> = params) =>
    run(
      'production',
      [
        ...flags('--confirm', ['forge', 'hosts', 'staging']),
        ...flags('--done', ['c1', 'c2', 'c5', 'c7', 'approved']),
      ],
      given,
    );
  return { toStaging, toProduction, world };
};

const ended = (events: readonly RunEvent[]) => events.at(-1);

test('S4-P3, S4-R53: a version goes from staging to production, on every host, with the name of its approver', {
  timeout,
}, async () => {
  await using simulation = openSimulation();
  const { toStaging, toProduction } = await openRelease(simulation);
  expect(ended(await toStaging())).toMatchObject({ ending: 'recovered' });
  const events = await toProduction();
  expect(ended(events), JSON.stringify(ended(events))).toMatchObject({ ending: 'recovered' });
  expect(JSON.stringify(events)).toContain('Ada Lovelace');
  for (const step of ['v-installed-1', 'v-installed-2', 'v-units', 'v-backup'])
    expect(JSON.stringify(events.find(({ event }) => event === 'before'))).toContain(step);
});

test('S4-R53: without the name of an approver nothing is planned', { timeout }, async () => {
  await using simulation = openSimulation();
  const { toProduction } = await openRelease(simulation);
  const { approver: _, ...unsigned } = params;
  await expect(toProduction(unsigned)).rejects.toThrow(/approver/);
});
