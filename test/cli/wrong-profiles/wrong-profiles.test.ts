import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { base } from './profile-texts.ts';
import { wrongRunbooks } from './wrong-runbooks.ts';
import { wrongSources } from './wrong-sources.ts';

const wrongProfiles = { ...wrongSources, ...wrongRunbooks };

let workspace: Workspace;
beforeAll(async () => {
  workspace = openWorkspace();
  for (const [name, [text]] of Object.entries(wrongProfiles)) await workspace.put(`v/${name}.yaml`, text);
});
afterAll(() => workspace[Symbol.asyncDispose]());

/** The parts of a line: where, what, and what to do next. */
const parts = /^(?<file>[^:]+):(?<at>\d+:\d+): (?<warning>warning: )?(?<what>.+?)\. (?<next>[A-Z].*)$/;

/** Words that only the program itself uses, and leftovers of a value that could not be shown. */
const internal = /internal error|undefined|\[object|NaN|\bzod\b|\n +at |node:internal|TypeError|invalid_type/;

describe.each(Object.entries(wrongProfiles))('a profile with %s', (name, [, at, next]) => {
  test('validate says in its first line what is wrong, where, and what to do', async () => {
    const { code, stdout, stderr } = await workspace.run(['validate', `v/${name}.yaml`]);
    const [first = ''] = stdout.split('\n');
    const found = parts.exec(first)?.groups;
    expect(found?.file).toBe(`v/${name}.yaml`);
    expect(found?.at).toBe(at);
    expect(found?.what?.length).toBeGreaterThan(8);
    expect(first).toContain(`. ${next}`);
    expect(`${stdout}${stderr}`).not.toMatch(internal);
    expect(code).toBe(found?.warning === undefined ? 4 : 0);
  });
});

test('a profile without the mistake is valid', async () => {
  await workspace.put('v/valid.yaml', base);
  const { code, stdout } = await workspace.run(['validate', 'v/valid.yaml']);
  expect([code, stdout]).toEqual([0, '']);
});

test('there are at least 120 mistakes', () => {
  expect(Object.keys(wrongProfiles).length).toBeGreaterThanOrEqual(120);
});
