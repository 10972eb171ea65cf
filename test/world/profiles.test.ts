import { describe, expect, test } from 'vitest';
import { complaintLine } from '../../src/domain/position.ts';
import type { Profile } from '../../src/domain/profile.ts';
import { realFiles } from '../../src/io/files.ts';
import { type Loaded, loadProfile } from '../../src/profile/load.ts';
import { sourceModules } from '../../src/sources/registry.ts';
import { startWorld } from '../../src/world/start.ts';
import { worldEnvironments, worldSystems } from '../../src/world/systems.ts';
import { manualClock } from '../support/manual-clock.ts';

const load = (name: string): Promise<Loaded> =>
  loadProfile(`profiles/${name}.yaml`, {
    files: realFiles,
    modules: sourceModules,
    sets: {},
    processEnv: {},
    now: 1_770_000_000_000,
  });

const shipped = worldSystems.flatMap((system) => worldEnvironments(system).map((env) => ({ system, env })));

/** The profile as a rehearsal sees it. */
const rehearsed = async (system: string, env: string): Promise<Profile> => {
  const { draft } = await load(`${system}/${env}`);
  const world = await startWorld(system, { clock: manualClock() });
  const vars = Object.entries(world.vars(env)).map(([name, url]) => [name.replace(/^world\./, ''), url]);
  await world.close();
  const finished = await draft?.finish({
    worldVars: Object.fromEntries(vars),
    ...(draft.head.world === undefined ? { varOverrides: world.rehearsalVars(env) } : {}),
    exec: () => Promise.reject(new Error('no profile here runs a command')),
  });
  if (finished === undefined) throw new Error(`${system}/${env} does not load`);
  expect(finished.complaints).toEqual([]);
  return finished.profile;
};

describe.each(shipped)('the profile $system/$env', ({ system, env }) => {
  test('loads, and misses only what a person must supply', async () => {
    const { complaints, draft } = await load(`${system}/${env}`);
    const words = complaints
      .map(complaintLine)
      .map((line) => /\$\{env:\w+\} has no value: source \w+ is off/.exec(line)?.[0] ?? line);
    const must =
      system === 'demo'
        ? []
        : [
            `\${env:EVENT_BUS_DATABASE_URL} has no value: source database is off`,
            `\${env:EVENT_BUS_DOWNSTREAM_URL} has no value: source downstream is off`,
            `\${env:EVENT_BUS_TOKEN} has no value: source database is off`,
            `\${env:EVENT_BUS_TOKEN} has no value: source downstream is off`,
          ];
    expect(words).toEqual(must);
    expect(draft?.head).toMatchObject({ system, env, tier: env });
  });

  test('is served whole by the embedded world', async () => {
    const profile = await rehearsed(system, env);
    const off = [...profile.sources, ...profile.signals, ...profile.runbooks].filter(
      (one) => one.problem !== undefined,
    );
    expect(off).toEqual([]);
    const addresses =
      JSON.stringify(profile.sources.map(({ config }) => config)).match(/https?:\/\/[^"/]+/g) ?? [];
    expect(addresses.filter((address) => !address.startsWith('http://127.0.0.1:'))).toEqual([]);
  });
});

test('every row of the incident "circuit breakers open" is served by its runbook', async () => {
  const profile = await rehearsed('event-bus', 'production');
  const runbook = profile.runbooks.find(({ covers }) => covers.includes('S0-I3'));
  const steps = [
    ...(runbook?.diagnose ?? []),
    ...(runbook?.act ?? []),
    ...(runbook?.verify === 'none' ? [] : (runbook?.verify ?? [])),
  ];
  const rows = new Set(steps.flatMap(({ covers }) => covers ?? []).filter((row) => row.startsWith('S0-I3-')));
  expect([...rows].sort()).toEqual([
    'S0-I3-A1',
    'S0-I3-A2',
    'S0-I3-A3',
    'S0-I3-A4',
    'S0-I3-A5',
    'S0-I3-A6',
    'S0-I3-D1',
  ]);
});

test('a production profile is read-only until somebody arms it', async () => {
  for (const system of worldSystems)
    expect((await rehearsed(system, 'production')).guard.readOnly).toBe(true);
});
