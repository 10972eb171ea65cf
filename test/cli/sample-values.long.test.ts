import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openWorkspace } from '../simulation/workspace.ts';

const profiles = join(import.meta.dirname, '../../profiles');

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Parses `values.sample.env` of a system as a shell does. */
const sampleEnv = async (system: string): Promise<Record<string, string>> => {
  const text = await textOf(`${profiles}/${system}/values.sample.env`);
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
};

/** Splits the arguments of `ENV.sample.args` of a system as `$(cat …)` does. */
const sampleArgs = async (system: string, env: string): Promise<readonly string[]> => {
  const text = await textOf(`${profiles}/${system}/${env}.sample.args`);
  return text.split(/\s+/).filter((word) => word !== '');
};

const environments = {
  'event-bus': ['staging', 'production'],
  'event-processing': ['local', 'production'],
  saga: ['production'],
  eventmesh: ['local', 'dev', 'staging', 'production'],
  trading: ['local', 'production'],
};

const cases = Object.entries(environments).flatMap(([system, envs]) =>
  envs.map((env) => ({ system, env, file: join(profiles, system, `${env}.yaml`) })),
);

test.each(cases)('$system/$env passes strict validation with only its sample values', async (entry) => {
  await using workspace = openWorkspace();
  const env = await sampleEnv(entry.system);
  const args = await sampleArgs(entry.system, entry.env);
  const { code, stdout } = await workspace.run(['validate', '--strict', entry.file, ...args], env);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
});

test.each(Object.keys(environments))('%s reports each missing value', async (system) => {
  await using workspace = openWorkspace();
  const { code, stdout } = await workspace.run(['validate', '--strict', join(profiles, system)]);
  expect(code).toBe(4);
  const sets = (await sampleArgs(system, 'production')).flatMap((word) => /^([\w-]+)=/.exec(word)?.[1] ?? []);
  const expected = [...Object.keys(await sampleEnv(system)), ...sets];
  expect(expected.length).toBeGreaterThan(0);
  for (const name of expected)
    expect(stdout).toMatch(new RegExp(`warning: \\$\\{(env:)?${name}\\} has no value`));
});
