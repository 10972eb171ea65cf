import { existsSync } from 'node:fs';
import { chmod, mkdir, rename, symlink } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { longTest } from '../support/layer.ts';
import { localServer } from '../support/local-server.ts';
import { manifestOf, putPlugin, toyCode, toyProfile } from './support.ts';

let workspace: Workspace;
beforeEach(() => {
  // Requires trust for the profiles of the working directory.
  workspace = openWorkspace({ env: {} });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const env = () => ({ XDG_CONFIG_HOME: workspace.path('config') });
const check = () => workspace.run(['check', '--env', 'shop/dev', '--json'], env());
const trust = () => workspace.run(['trust', 'profiles'], env());

/** Code that creates the file `ran` when it runs. */
const leavesMark = (code = toyCode): string =>
  `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(workspace.path('ran'))}, '');\n${code}`;
const hasRun = (): boolean => existsSync(workspace.path('ran'));

const putAt = async (dir: string, code = leavesMark()): Promise<void> => {
  await workspace.put(`${dir}/package.json`, manifestOf('opsdeck-plugin-toy'));
  await workspace.put(`${dir}/index.js`, code);
};
const settings = (...plugins: readonly string[]) =>
  workspace.put('config/opsdeck/config.yaml', `plugins: ${JSON.stringify(plugins)}\n`);
const ownProfile = () =>
  workspace.put('config/opsdeck/profiles/dev.yaml', toyProfile('plugins: [opsdeck-plugin-toy]'));

describe('code in ./profiles runs only while that directory is trusted', () => {
  beforeEach(async () => {
    await ownProfile();
    await workspace.put('profiles/empty.yaml', 'opsdeck: 1\n');
  });

  longTest('not before it is trusted, and not after any byte changed', async () => {
    await putAt('profiles/toy');
    await settings(workspace.path('profiles/toy'));
    const before = await check();
    expect([before.code, hasRun()]).toEqual([3, false]);
    expect(before.stderr).toContain('plugin opsdeck-plugin-toy: ');
    expect(before.stderr).toContain('profiles is not trusted');
    expect((await trust()).code).toBe(0);
    expect([(await check()).code, hasRun()]).toEqual([0, true]);
    await workspace.put('profiles/toy/index.js', `throw new Error('other code');\n`);
    const after = await check();
    expect(after.code).toBe(3);
    expect(after.stderr).toContain('profiles/toy/index.js has changed');
    expect(after.stderr).not.toContain('other code');
  });

  longTest('symbolic links into or out of the directory do not bypass trust', async () => {
    await putAt('profiles/toy');
    await symlink(workspace.path('profiles/toy'), workspace.path('linked'));
    await settings(workspace.path('linked'));
    expect([(await check()).code, hasRun()]).toEqual([3, false]);
    await rename(workspace.path('profiles/toy'), workspace.path('elsewhere'));
    await symlink(workspace.path('elsewhere'), workspace.path('profiles/toy'));
    await settings(workspace.path('profiles/toy'));
    expect([(await check()).code, hasRun()]).toEqual([3, false]);
  });

  test('does not run a part that trust does not cover', async () => {
    await putAt('profiles/node_modules/toy');
    await settings(workspace.path('profiles/node_modules/toy'));
    await trust();
    const hidden = await check();
    expect([hidden.code, hasRun()]).toEqual([3, false]);
    expect(hidden.stderr).toContain('not covered by the trust in profiles');
    await putAt('profiles/toy');
    await workspace.put('profiles/toy/node_modules/dependency/index.js', 'export {};\n');
    await settings(workspace.path('profiles/toy'));
    await trust();
    expect([(await check()).code, hasRun()]).toEqual([3, false]);
  });

  test('checks a trusted directory also from another working directory', async () => {
    await putAt('profiles/toy');
    await settings(workspace.path('profiles/toy'));
    await trust();
    await workspace.put('profiles/toy/index.js', leavesMark());
    await workspace.put('profiles/other.yaml', 'opsdeck: 1\n');
    await mkdir(workspace.path('below'));
    process.chdir(workspace.path('below'));
    const { code, stderr } = await check();
    expect([code, hasRun()]).toEqual([3, false]);
    expect(stderr).toContain('was added');
  });
});

test('a package of the working directory does not replace a package that the settings allow', async () => {
  await ownProfile();
  await putAt('node_modules/opsdeck-plugin-toy');
  await settings('opsdeck-plugin-toy');
  const { code, stderr } = await check();
  expect([code, hasRun()]).toEqual([3, false]);
  expect(stderr).toContain('the package of the plugin is not in ');
});

test('a path in the settings is relative to the settings file, not to the working directory', async () => {
  await ownProfile();
  await putAt('toy');
  await settings('./toy');
  const { code, stderr } = await check();
  // The package name is unknown.
  expect([code, hasRun()]).toEqual([4, false]);
  expect(stderr).toContain(`there is no package.json in ${workspace.path('config/opsdeck/toy')}`);
  await putAt('config/opsdeck/toy');
  expect([(await check()).code, hasRun()]).toEqual([0, true]);
});

test('does not run a package whose manifest has another name', async () => {
  await ownProfile();
  await putPlugin(workspace, { code: leavesMark() });
  await workspace.put(
    'config/opsdeck/node_modules/opsdeck-plugin-toy/package.json',
    manifestOf('opsdeck-plugin-tоy'),
  );
  expect([(await check()).code, hasRun()]).toEqual([3, false]);
  await workspace.put(
    'config/opsdeck/node_modules/opsdeck-plugin-toy/package.json',
    manifestOf('opsdeck-plugin-evil'),
  );
  const { code, stderr } = await check();
  expect([code, hasRun()]).toEqual([3, false]);
  expect(stderr).toContain('belongs to another package: opsdeck-plugin-evil');
});

longTest('does not run code that other users can write to', async () => {
  await ownProfile();
  await putPlugin(workspace, { code: leavesMark() });
  const file = workspace.path('config/opsdeck/node_modules/opsdeck-plugin-toy/index.js');
  await chmod(file, 0o666);
  const { code, stderr } = await check();
  expect([code, hasRun()]).toEqual([3, false]);
  expect(stderr).toContain(`other users may write ${file}`);
  await chmod(file, 0o644);
  expect([(await check()).code, hasRun()]).toEqual([0, true]);
});

test('a plugin cannot redefine a source type of opsdeck', async () => {
  await ownProfile();
  await putPlugin(workspace, { code: toyCode.replace("type: 'toy'", "type: 'http'") });
  const { code, stderr } = await check();
  expect(code).toBe(3);
  expect(stderr).toContain(
    'cannot load plugin opsdeck-plugin-toy: opsdeck already provides source type http',
  );
});

describe('plugin readings are data', () => {
  const reading = (body: string): string =>
    toyCode.replace(/read: async \(\) => \(\{[\s\S]*?\}\),\n {4}\}\]/, `read: ${body},\n    }]`);

  test('strips control sequences from texts, also in faults', async () => {
    await ownProfile();
    const hostile = '\\x1b[31m\\x1b]0;owned\\x07fine\\u202e';
    await putPlugin(workspace, {
      code: reading(
        `async () => ({ items: [{ service: "${hostile}", instance: '', status: 'up', components: [], detail: "${hostile}", at: 'never' }], faults: [{ kind: 'owned', source: 'http', message: "${hostile}", at: 0 }] })`,
      ),
    });
    const { stdout } = await check();
    const answer = JSON.parse(stdout);
    expect(answer.health).toEqual([
      expect.objectContaining({ source: 'it', service: 'fine', detail: 'fine' }),
    ]);
    expect(answer.faults).toEqual([expect.objectContaining({ source: 'it', kind: 'bug', message: 'fine' })]);
    expect(stdout).not.toMatch(/\\u001b|\\u202e/);
  });

  test('gets the reading io: does not send a changing request', async () => {
    await using wire = await localServer((_, response) => response.writeHead(200).end('{}'));
    await ownProfile();
    const code = reading(
      `async (signal) => { const kinds = Object.keys(io).filter((name) => ['send', 'put', 'draft'].includes(name)); if (kinds.length > 0) throw new Error('a changing io'); await io.get({ url: ${JSON.stringify(wire.url)}, method: 'POST' }, signal); return { items: [], faults: [] }; }`,
    ).replace('open: async ({ id, config })', 'open: async ({ id, config }, io)');
    await putPlugin(workspace, { code });
    const { stdout } = await check();
    expect(JSON.parse(stdout).faults).toEqual([
      expect.objectContaining({
        source: 'it',
        message: expect.stringContaining('POST is not a read-only request'),
      }),
    ]);
    expect(wire.asked).toEqual([]);
  });

  test('rejects an invalid feed when it is opened', async () => {
    await ownProfile();
    await putPlugin(workspace, { code: toyCode.replace('everyMs: 1000', 'everyMs: 1') });
    const { stdout } = await check();
    expect(JSON.parse(stdout).faults).toEqual([
      expect.objectContaining({ message: expect.stringContaining('everyMs of the feed is less than 250') }),
    ]);
  });
});
