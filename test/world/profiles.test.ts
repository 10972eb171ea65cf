import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { boundText } from '../../src/domain/bound.ts';
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

/** A system may be rehearsed with somebody's own profile before one is shipped. */
const shipped = worldSystems
  .flatMap((system) => worldEnvironments(system).map((env) => ({ system, env })))
  .filter(({ system, env }) => existsSync(`profiles/${system}/${env}.yaml`));

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

/** What each system asks of a person: an address or a secret that nobody else can know, and what is off without it. */
const supplied: Readonly<Record<string, readonly string[]>> = {
  'event-bus': [
    '${env:EVENT_BUS_PROMETHEUS_URL} has no value: source prom is off',
    '${env:EVENT_BUS_ALERTMANAGER_URL} has no value: source alerts is off',
    '${env:EVENT_BUS_DEPLOY_URL} has no value: source deploy is off',
    '${env:EVENT_BUS_DATABASE_URL} has no value: source database is off',
    '${env:EVENT_BUS_DOWNSTREAM_URL} has no value: source downstream is off',
    '${env:EVENT_BUS_TOKEN} has no value: source database is off',
    '${env:EVENT_BUS_TOKEN} has no value: source downstream is off',
  ],
  trading: ['${env:TRADING_DEPLOY_URL} has no value: source deploy is off'],
};

describe.each(shipped)('the profile $system/$env', ({ system, env }) => {
  test('loads, and misses only what a person must supply', async () => {
    const { complaints, draft } = await load(`${system}/${env}`);
    const words = complaints
      .map(complaintLine)
      .map((line) => /\$\{env:\w+\} has no value: source \w+ is off/.exec(line)?.[0] ?? line);
    expect(words).toEqual(supplied[system] ?? []);
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

const incidents = [
  ['event-bus', 'S0-I3', ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'D1']],
  ['event-bus', 'S0-I4', ['A1', 'A2', 'A3', 'A4', 'A5', 'D1', 'D2', 'D3']],
  ['trading', 'S1-I1', ['A1', 'A2', 'A3', 'A4', 'A5', 'A6', 'D1', 'D2', 'D3']],
  ['trading', 'S1-I2', ['A1', 'A2', 'A3', 'A4', 'A5', 'D1', 'D2', 'D3']],
] as const;

test.each(incidents)(
  '%s: every step of the incident %s is served by its runbook',
  async (system, id, rows) => {
    const profile = await rehearsed(system, 'production');
    const runbook = profile.runbooks.find(({ covers }) => covers.includes(id));
    const steps = [
      ...(runbook?.diagnose ?? []),
      ...(runbook?.act ?? []),
      ...(runbook?.verify === 'none' ? [] : (runbook?.verify ?? [])),
    ];
    const covered = new Set(
      steps.flatMap(({ covers }) => covers ?? []).filter((row) => row.startsWith(`${id}-`)),
    );
    expect([...covered].sort()).toEqual(rows.map((row) => `${id}-${row}`));
  },
);

/** `row: warn … crit …` of every signal with limits. */
const limitsOf = async (system: string): Promise<readonly string[]> => {
  const { signals } = await rehearsed(system, 'production');
  return signals
    .filter(({ threshold: { warn, crit } }) => warn !== undefined || crit !== undefined)
    .map(({ covers, threshold: { warn, crit } }) =>
      [...covers, warn && `warn ${boundText(warn)}`, crit && `crit ${boundText(crit)}`]
        .filter((part) => part !== undefined)
        .join(' '),
    );
};

test('numbers have the limits of the runbooks', async () => {
  expect(await limitsOf('event-bus')).toEqual([
    'S0-R07 warn <95 crit <90',
    'S0-R08 warn >200 crit >1000',
    'S0-R13 warn >0.5 crit >1',
    'S0-R09 warn >1600000000 crit >2000000000',
    'S0-R10 warn >70 crit >80',
    'S0-R12 warn >1000',
    'S0-R12 warn >0',
    'S0-R12 crit >0',
    'S0-R14 warn >80 crit >95',
    'S0-R15 warn <1000 crit <100',
    'S0-R16 crit >0',
    'S0-R16 warn >0',
    'S0-R17 crit <1',
  ]);
  expect(await limitsOf('trading')).toEqual([
    'S1-R05 warn >0.5 crit >1',
    'S1-R07 warn >500',
    'S1-R08 crit >2000',
    'S1-R10 warn >100',
    'S1-R12 warn >=40 crit >=50',
    'S1-R15 warn >70 crit >85',
    'S1-R19 warn >0.1 crit >1',
    'S1-R21 warn >0',
  ]);
});

test('the demo shows every number and every alert once', async () => {
  const { sources, signals } = await rehearsed('demo', 'production');
  const titles = signals.map(({ title }) => title);
  expect(titles.filter((title, index) => titles.indexOf(title) !== index)).toEqual([]);
  const types = new Set(sources.map(({ type }) => type));
  expect([...types].sort()).toEqual([
    'actuator',
    'alertmanager',
    'file',
    'http',
    'prometheus',
    'promtext',
    'script',
  ]);
  const tellAlerts = sources.filter(({ type, config }) =>
    sourceModules
      .find((module) => module.type === type)
      ?.gives?.(config)
      ?.kinds.includes('alerts'),
  );
  expect(tellAlerts.map(({ id }) => id)).toEqual(['alerts']);
});

test('a production profile is read-only until somebody arms it', async () => {
  for (const { system } of shipped.filter(({ env }) => env === 'production'))
    expect((await rehearsed(system, 'production')).guard.readOnly).toBe(true);
});
