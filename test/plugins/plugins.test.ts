import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sdkVersion } from '../../src/plugins/sdk-version.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { localServer } from '../support/local-server.ts';
import { putPlugin, toyProfile } from './support.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

const check = async () => {
  const ended = await workspace.run(['check', '--env', 'shop/dev', '--json'], {
    XDG_CONFIG_HOME: workspace.path('config'),
  });
  return { ...ended, answer: ended.stdout === '' ? undefined : JSON.parse(ended.stdout) };
};

const profile = (plugins: string) => workspace.put('profiles/dev.yaml', toyProfile(plugins));

longTest('reads a plugin source like any other, and stamps rows with its id', async () => {
  await putPlugin(workspace);
  await profile('plugins: [opsdeck-plugin-toy]');
  const { code, answer, stderr } = await check();
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'opsdeck: profile profiles/dev.yaml\n' });
  expect(answer.health).toEqual([expect.objectContaining({ source: 'it', service: 'it', status: 'up' })]);
});

describe('lists of plugins', () => {
  const run = async (words: readonly string[]) =>
    workspace.run(words, { XDG_CONFIG_HOME: workspace.path('config') });
  const traced = async (file: string): Promise<readonly unknown[]> =>
    (await readFile(workspace.path(file), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
      .filter(({ what }) => what === 'plugin');

  test('doctor and the trace list a loaded plugin with its source types', async () => {
    await putPlugin(workspace);
    await profile('plugins: [opsdeck-plugin-toy]');
    const { code, stdout } = await run(['doctor', '--env', 'shop/dev', '--trace', 'trace.jsonl']);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '● OK      opsdeck-plugin-toy (plugin)\n    ok      the plugin is loaded. Source types: toy\n',
    );
    expect(await traced('trace.jsonl')).toEqual([
      { at: expect.any(String), what: 'plugin', name: 'opsdeck-plugin-toy', sourceTypes: ['toy'] },
    ]);
  });

  test('doctor and the trace report a plugin that failed to load', async () => {
    await putPlugin(workspace, { code: 'throw new RangeError("no license");' });
    await profile('plugins: [opsdeck-plugin-toy]');
    const { stdout } = await run(['doctor', '--env', 'shop/dev', '--json', '--trace', 'trace.jsonl']);
    expect(JSON.parse(stdout).sources.at(-1)).toMatchObject({
      source: 'opsdeck-plugin-toy',
      type: 'plugin',
      level: 'warn',
      findings: [{ ok: false, what: expect.stringContaining('RangeError: no license') }],
    });
    expect(await traced('trace.jsonl')).toMatchObject([
      {
        sourceTypes: [],
        problem: { source: 'opsdeck-plugin-toy', message: expect.stringContaining('no license') },
      },
    ]);
  });

  test('trust lists the plugins that profiles require', async () => {
    await profile('plugins: [opsdeck-plugin-toy]');
    const { stdout } = await run(['trust', 'profiles', '--dry-run']);
    expect(stdout).toContain('\n  plugins\n    opsdeck-plugin-toy\n');
  });
});

describe('a profile alone loads nothing', () => {
  longTest(
    'rejects a profile with a plugin that the settings do not allow, without running its code',
    async () => {
      const ran = workspace.path('ran');
      const code = `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(ran)}, '');`;
      await putPlugin(workspace, { code });
      await workspace.put('config/opsdeck/config.yaml', 'theme: dark\n');
      await profile('plugins: [opsdeck-plugin-toy]');
      const { code: status, stdout, stderr } = await check();
      expect([status, stdout, existsSync(ran)]).toEqual([4, '', false]);
      expect(stderr).toContain(
        'profiles/dev.yaml:5:11: this profile needs the plugin opsdeck-plugin-toy, but your config.yaml does not allow the plugin. A plugin runs with your permissions: check the publisher, install the package, then add the plugin to plugins: in config.yaml',
      );
      // The unknown type is a consequence, not an error of its own.
      expect(stderr).not.toContain('unknown type');
    },
  );

  test.each(['./evil', '../evil', '/tmp/evil', '~/evil', 'evil/../../x', 'EVIL', '@evil', '${env:HOME}'])(
    'rejects a profile that names %s: only package names are valid',
    async (name) => {
      await putPlugin(workspace);
      await profile(`plugins: ["${name}"]`);
      const { code, stdout, stderr } = await check();
      expect([code, stdout]).toEqual([4, '']);
      expect(stderr).toMatch(/profiles\/dev\.yaml:5:1[12]: .*(is not a package name|cannot be a reference)/);
    },
  );

  test('rejects a profile that uses the type of a plugin without listing the plugin', async () => {
    await putPlugin(workspace);
    await profile('');
    const { code, stderr } = await check();
    expect(code).toBe(4);
    expect(stderr).toContain(
      'profiles/dev.yaml:7:15: it: type toy comes from the plugin opsdeck-plugin-toy, which this profile does not list. Add the plugin to plugins: of the profile',
    );
  });
});

describe('a plugin that fails to load is a fault with its name, and the rest works', () => {
  const cases: readonly [string, Parameters<typeof putPlugin>[1], string][] = [
    ['throws', { code: 'throw new RangeError("no license");' }, 'loading failed: RangeError: no license'],
    ['is not JavaScript', { code: 'export const = 1;' }, 'loading failed: '],
    [
      'imports what the SDK lacks',
      { code: "import { defineWorld } from 'opsdeck/sdk'; defineWorld({});" },
      'loading failed: ',
    ],
    [
      'has the plugin has no export named plugin',
      { code: 'export const x = 1;' },
      'the plugin has no export named plugin',
    ],
    ['never finishes loading', { code: 'await new Promise(() => {});' }, 'did not finish loading within 5 s'],
    [
      'exports an invalid source',
      { code: 'export const plugin = { sources: [{ type: "toy" }] };' },
      'plugin opsdeck-plugin-toy: one of the sources was not created with defineSource',
    ],
    [
      'requires a newer SDK',
      { own: { plugin: './index.js', sdk: '0.99' } },
      `the plugin requires SDK 0.99, but this opsdeck provides SDK ${sdkVersion}`,
    ],
    [
      'requires another major SDK',
      { own: { plugin: './index.js', sdk: '7.0.0' } },
      `plugin opsdeck-plugin-toy: the plugin requires SDK 7.0.0, but this opsdeck provides SDK ${sdkVersion}`,
    ],
    [
      'has no entry file',
      { own: { plugin: './absent.js', sdk: sdkVersion } },
      'opsdeck-plugin-toy has no file ./absent.js',
    ],
    [
      'has an entry outside its package',
      { own: { plugin: '../../config.yaml', sdk: sdkVersion } },
      'opsdeck-plugin-toy has no file ../../config.yaml',
    ],
    [
      'has an empty opsdeck entry in its manifest',
      { own: {} },
      'opsdeck-plugin-toy is not an opsdeck plugin',
    ],
  ];
  test.each(sampled(cases, everyNth(3)))('a plugin that %s', async (_, plugin, why) => {
    await putPlugin(workspace, plugin);
    await profile('plugins: [opsdeck-plugin-toy]');
    await using wire = await localServer((__, response) => response.writeHead(200).end('{}'));
    await workspace.put(
      'profiles/dev.yaml',
      `${toyProfile('plugins: [opsdeck-plugin-toy]')}  api: { type: http, url: "${wire.url}", checks: [{ service: api, path: / }] }\n`,
    );
    const { answer, stderr } = await check();
    const message = answer.faults.find(({ source }: { source: string }) => source === 'it')?.message;
    expect(message).toContain(`plugin opsdeck-plugin-toy: `);
    expect(message).toContain(why);
    expect(stderr).toContain('opsdeck: warning: plugin opsdeck-plugin-toy: ');
    expect(answer.health).toEqual([expect.objectContaining({ service: 'api', status: 'up' })]);
  });
});

longTest('a runbook with a kind of a missing plugin is disabled, and the rest works', async () => {
  await putPlugin(workspace, { code: 'throw new Error("no license");' });
  await using wire = await localServer((__, response) => response.writeHead(200).end('{}'));
  const runbook = (id: string, when: string): string =>
    `  - { id: ${id}, title: Look, when: '${when}', act: [{ id: a, title: Look, manual: true }], verify: none }\n`;
  await workspace.put(
    'profiles/dev.yaml',
    `${toyProfile('plugins: [opsdeck-plugin-toy]')}  api: { type: http, url: "${wire.url}", checks: [{ service: api, path: / }] }
runbooks:
${runbook('one', 'any(toys | size > 3)')}${runbook('two', 'any(health | status = down)')}`,
  );
  const { code, answer } = await check();
  expect([code, answer?.health]).toEqual([3, [expect.objectContaining({ service: 'api', status: 'up' })]]);
  const env = { XDG_CONFIG_HOME: workspace.path('config') };
  const { stdout } = await workspace.run(['runbooks', '--env', 'shop/dev', '--json'], env);
  const [value, two] = JSON.parse(stdout);
  expect(JSON.stringify(value)).toContain('is not a kind of fact');
  expect(JSON.stringify(two)).not.toContain('is not a kind of fact');
});
