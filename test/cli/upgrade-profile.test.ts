import { mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';
import { shopProfile } from '../support/shop-profile.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

const unmarked = `# The shop, in development.
system: shop
env: dev   # one of two
tier: dev
extends: base.yaml
`;

const base = `sources:
  api: { type: http, url: "http://127.0.0.1:1", checks: [{ service: api, path: / }] }
runbooks:
  - id: node-down
    title: Node down
    # while one is cordoned, too
    when: any(workloads[kind = node] | status != Ready)
    diagnose: [{ use: api.health }]
    verify: none
`;

const put = async (files: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, text] of Object.entries(files)) await workspace.put(`profiles/shop/${name}`, text);
};
const text = (name: string): Promise<string> => readFile(workspace.path(`profiles/shop/${name}`), 'utf8');
const run = (...words: readonly string[]) => workspace.run(['upgrade-profile', ...words]);

longTest('prints the changes of several files with their places, and writes nothing', async () => {
  await put({ 'dev.yaml': unmarked, 'base.yaml': base });
  const ended = await run('profiles');
  expect(ended.stdout.split('\n')).toEqual([
    'profiles/shop/base.yaml:7:11: nodes are no longer rows of workloads with kind = node, but the kind nodes (node-rows)',
    '  - when: any(workloads[kind = node] | status != Ready)',
    '  + when: any(nodes | status != Ready or scheduling = cordoned)',
    'profiles/shop/dev.yaml:2:1: add opsdeck: 1, the version of the profile format (format-marker)',
    '  + opsdeck: 1',
    '',
  ]);
  expect(ended.stderr).toBe(
    '2 files: 2 changes, 0 left to you. Nothing was written. --write changes the files.\n',
  );
  expect(ended.code).toBe(1);
  expect([await text('dev.yaml'), await text('base.yaml')]).toEqual([unmarked, base]);
});

test('--write changes every file, keeps the old ones, and a second run has nothing to do', async () => {
  await put({ 'dev.yaml': unmarked, 'base.yaml': base });
  const ended = await run('--write', 'profiles');
  expect(ended.code).toBe(0);
  expect(ended.stdout).toContain(
    'wrote profiles/shop/dev.yaml. The old file is now profiles/shop/dev.yaml.bak\n',
  );
  expect(await text('dev.yaml')).toBe(unmarked.replace('system', 'opsdeck: 1\nsystem'));
  expect(await text('base.yaml')).toContain('    # while one is cordoned, too\n    when: any(nodes | ');
  expect([await text('dev.yaml.bak'), await text('base.yaml.bak')]).toEqual([unmarked, base]);
  expect((await workspace.run(['validate', 'profiles'])).code).toBe(0);

  const again = await run('--write', 'profiles');
  expect(again).toMatchObject({ code: 0, stdout: '', stderr: '2 files: 0 changes, 0 left to you.\n' });
  expect((await readdir(workspace.path('profiles/shop'))).sort()).toEqual([
    'base.yaml',
    'base.yaml.bak',
    'dev.yaml',
    'dev.yaml.bak',
  ]);
});

test('without a path reads the profiles of the search path, and none that are shipped', async () => {
  expect(await run()).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/found no profiles of your own. Name a/),
  });
  await put({ 'dev.yaml': shopProfile('http://127.0.0.1:1') });
  expect(await run()).toMatchObject({ code: 0, stdout: '', stderr: '1 file: 0 changes, 0 left to you.\n' });
});

test('what only a person can change is listed with its place, before and after a change', async () => {
  await put({
    'dev.yaml': unmarked.replace(
      'extends: base.yaml\n',
      `${base.replace('status != Ready', 'ready = 0')}links: [{ titel: x }]\n`,
    ),
  });
  const found = await run('profiles/shop/dev.yaml');
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(
    /^by hand: profiles\/shop\/dev\.yaml:11:11: nodes are no longer .*ready of a node/m,
  );
  expect(found.stdout).toMatch(/^by hand: profiles\/shop\/dev\.yaml:14:11: .*titel/m);
  const written = await run('--write', 'profiles/shop/dev.yaml');
  expect(written.code).toBe(1);
  expect(written.stdout).toMatch(/^by hand: profiles\/shop\/dev\.yaml:12:11: nodes are no longer/m);
  expect(written.stdout).toMatch(/^by hand: profiles\/shop\/dev\.yaml:15:11: .*titel/m);
});

longTest('a symbolic link stays one: its target is changed once', async () => {
  await put({ 'dev.yaml': unmarked.replace('extends: base.yaml\n', base) });
  await mkdir(workspace.path('links'));
  await symlink(workspace.path('profiles/shop/dev.yaml'), workspace.path('links/dev.yaml'));
  const ended = await run('--write', 'links', 'profiles');
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/^1 file: 2 changes/);
  expect(await readFile(workspace.path('links/dev.yaml'), 'utf8')).toBe(await text('dev.yaml'));
  expect((await readdir(workspace.path('links'), { withFileTypes: true }))[0]?.isSymbolicLink()).toBe(true);
  expect(await text('dev.yaml.bak')).toContain('kind = node');
});

test('a change that would make a profile worse is not written', async () => {
  // The overlay tests a field that only workloads have, in a signal of the base.
  const signal = `signals:
  - { id: nodes.cpu, title: CPU, unit: cores, read: { fact: workloads, where: kind = node, field: cpuCores, fold: max } }
`;
  const overlay = `${unmarked}signals:
  - { id: nodes.cpu, read: { where: kind = pod } }
`;
  await put({ 'dev.yaml': overlay, 'base.yaml': `${base}${signal}` });
  const ended = await run('--write', 'profiles');
  expect(ended.code).toBe(4);
  expect(ended.stdout).toMatch(
    /dev\.yaml:\d+:\d+: nodes\.cpu read\.where: .*no field is called kind in nodes/,
  );
  expect(ended.stderr).toMatch(/would have these errors, so nothing was written/);
  expect(await text('dev.yaml')).toBe(overlay);
  expect((await readdir(workspace.path('profiles/shop'))).sort()).toEqual(['base.yaml', 'dev.yaml']);
});

test('broken YAML and a newer format are errors with their place, and nothing is written', async () => {
  await put({ 'dev.yaml': unmarked.replace('extends: base.yaml\n', ''), 'broken.yaml': 'a: [\n' });
  const broken = await run('--write', 'profiles');
  expect(broken).toMatchObject({
    code: 4,
    stdout: expect.stringMatching(/^profiles\/shop\/broken\.yaml:\d+:\d+: /),
  });
  expect(await text('dev.yaml')).not.toContain('opsdeck');
  await put({ 'broken.yaml': 'opsdeck: 2\nsystem: shop\nenv: later\n' });
  const newer = await run('profiles');
  expect(newer.code).toBe(4);
  expect(newer.stdout).toBe(
    'profiles/shop/broken.yaml:1:10: 2 is the profile format of a newer opsdeck. Update opsdeck\n',
  );
});

test('a missing file and an unknown option are errors with a hint', async () => {
  expect(await run('none.yaml')).toMatchObject({
    code: 4,
    stderr: 'opsdeck: cannot read none.yaml: no such file. Correct the path.\n',
  });
  await workspace.put('empty/config.yaml', 'system: shop\n');
  expect(await run('empty')).toMatchObject({
    code: 4,
    stderr: 'opsdeck: found no profiles in empty. Name a directory with .yaml files.\n',
  });
  expect(await run('--wirte')).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(/unknown option '--wirte'/),
  });
});

test('names the trusted directory that has changed', async () => {
  await put({ 'dev.yaml': unmarked, 'base.yaml': base });
  expect((await workspace.run(['trust', 'profiles'])).code).toBe(0);
  const ended = await run('--write', 'profiles');
  expect(ended.stdout).toMatch(
    /^profiles is no longer trusted, because files in the directory have changed\. Review the changes, then run opsdeck trust profiles$/m,
  );
  expect((await workspace.run(['trust', '--list'])).stdout).toMatch(/changed/);
});
