import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The example of docs/how-to/write-a-plugin.md, built and installed from packed tarballs, without files of this checkout. */
const run = promisify(execFile);
const root = resolve('.');
const modules = join(root, 'node_modules');

let dir = '';
let server: Server;
let url = '';
const npm = (words: readonly string[], cwd: string) =>
  run('npm', [...words, '--silent', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd });

const packed = async (from: string): Promise<string> => {
  const to = await mkdtemp(join(dir, 'packed-'));
  await npm(['pack', '--pack-destination', to], from);
  const [name = ''] = await readdir(to);
  return join(to, name);
};

/** The directory of the plugin with its development dependencies: the packed opsdeck, and tools of this checkout. */
const development = async (opsdeck: string): Promise<string> => {
  const plugin = join(dir, 'plugin');
  await cp(join(root, 'examples/plugin-nginx'), plugin, { recursive: true });
  await mkdir(join(plugin, 'node_modules/opsdeck'), { recursive: true });
  await mkdir(join(plugin, 'node_modules/@types'));
  await run('tar', ['xzf', opsdeck, '--strip-components=1', '-C', join(plugin, 'node_modules/opsdeck')]);
  for (const tool of ['typescript', 'vitest', 'zod', '@types/node'])
    await symlink(join(modules, tool), join(plugin, 'node_modules', tool));
  return plugin;
};

let app = '';
let plugin = '';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-plugin-'));
  server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.end(
      'Active connections: 7 \nserver accepts handled requests\n 20 20 40 \nReading: 1 Writing: 2 Waiting: 4 \n',
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/status`;

  const opsdeck = await packed(root);
  plugin = await development(opsdeck);
  await run(process.execPath, [join(modules, 'typescript/bin/tsc')], { cwd: plugin });
  app = join(dir, 'app');
  await mkdir(app);
  await writeFile(join(app, 'package.json'), '{ "private": true }');
  await npm(['install', '--prefer-offline', '--omit=optional', opsdeck, await packed(plugin)], app);
  await mkdir(join(dir, 'config/opsdeck'), { recursive: true });
  await writeFile(join(dir, 'config/opsdeck/config.yaml'), 'plugins: [opsdeck-plugin-nginx]\n');
  await writeFile(join(dir, 'access.log'), '');
  await writeFile(join(dir, 'nginx.pid'), '4711\n');
  const children = join(dir, 'proc/4711/task/4711/children');
  await mkdir(dirname(children), { recursive: true });
  await writeFile(children, '4712 4713 ');
  const script = `#!/bin/sh\necho "$@" >> ${join(dir, 'calls')}\n[ "$1" = -s ] && echo '4714 4715 ' > ${children}\nexit 0\n`;
  await writeFile(join(dir, 'nginx'), script, { mode: 0o755 });
}, 240_000);
afterAll(async () => {
  server.close();
  await rm(dir, { recursive: true });
});

const opsdeck = async (words: readonly string[]) => {
  const sets = [
    `nginx-status=${url}`,
    `nginx-log=${join(dir, 'access.log')}`,
    `nginx-pid=${join(dir, 'nginx.pid')}`,
    `nginx-program=${join(dir, 'nginx')}`,
    `proc=${join(dir, 'proc')}`,
  ].flatMap((set) => ['--set', set]);
  const profiles = join(app, 'node_modules/opsdeck-plugin-nginx/profiles');
  const argv = [...words, '--env', 'edge/dev', '--profiles', profiles, ...sets];
  const env = {
    PATH: process.env.PATH,
    HOME: dir,
    XDG_CONFIG_HOME: join(dir, 'config'),
    XDG_STATE_HOME: join(dir, 'state'),
  };
  const program = join(app, 'node_modules/opsdeck/bin/opsdeck.js');
  try {
    return { code: 0, ...(await run(process.execPath, [program, ...argv], { cwd: app, env })) };
  } catch (error) {
    if (error instanceof Error && 'stdout' in error)
      return {
        code: 'code' in error ? error.code : -1,
        stdout: String(error.stdout),
        stderr: 'stderr' in error ? String(error.stderr) : '',
      };
    throw error;
  }
};

test('check shows the rows and the signals of an installed plugin', async () => {
  const { code, stdout, stderr } = await opsdeck(['check', '--json']);
  expect(stderr).not.toContain('warning');
  const report = JSON.parse(stdout);
  expect(report.health).toEqual([expect.objectContaining({ source: 'edge', service: 'edge', status: 'up' })]);
  expect(report.nginx).toEqual([
    expect.objectContaining({
      name: 'edge',
      state: 'serving',
      active: 7,
      waiting: 4,
      dropped: 0,
      level: 'ok',
    }),
  ]);
  expect(report.signals).toEqual([
    expect.objectContaining({ id: 'edge.connections', value: 7, level: 'ok' }),
    expect.objectContaining({ id: 'edge.dropped', value: 0, level: 'ok' }),
    expect.objectContaining({ id: 'edge.errors', value: 0, level: 'ok' }),
    expect.objectContaining({ id: 'edge.worker', value: 4713 }),
  ]);
  expect(code).toBe(0);
});

test('its operation is planned, gated and executed like any other', async () => {
  const dry = await opsdeck(['run', 'reload', '--dry-run']);
  expect(dry.stdout).toContain(`${join(dir, 'nginx')} -s reload`);
  const done = await opsdeck(['run', 'reload']);
  expect([done.code, done.stderr]).toEqual([0, expect.not.stringContaining('warning')]);
  const { stdout: calls } = await run('cat', [join(dir, 'calls')]);
  expect(calls.split('\n').filter((line) => line === '-s reload')).toHaveLength(1);
}, 60_000);

test('its own tests pass with the packed SDK', async () => {
  const vitest = join(modules, 'vitest/vitest.mjs');
  const { stdout } = await run(process.execPath, [vitest, 'run', '--root', plugin], { cwd: plugin });
  expect(stdout).toMatch(/Tests\s.*passed/);
}, 120_000);
