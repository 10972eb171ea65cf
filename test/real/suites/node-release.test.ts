import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import { type PackedInstall, packedInstall } from '../../support/packed-install.ts';
import { detailOf, underTest } from '../setting.ts';

const server = underTest();
const node = detailOf(server, 'program');
const isOld = Number(server.version.split('.')[0]) < 22;

let install: PackedInstall;
beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build.ts'], { stdio: ['ignore', 'ignore', 'inherit'] });
  install = packedInstall();
}, 120_000);
afterAll(() => install[Symbol.dispose]());

const run = (...args: readonly string[]) => install.run(node, ...args);

test('is the Node of its version', () => {
  expect(execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()).toBe(`v${server.version}`);
});

const oldNode = () => {
  test('without the optional package exits with 4 and names the remedy', () => {
    const { status, stderr } = run('--version');
    expect(status).toBe(4);
    expect(stderr).toMatch(/needs Node 22 or newer[\s\S]*--include=optional/);
  });

  test('with it starts the program on the Node of that package', () => {
    const name = `node-${process.platform}-${process.arch}`;
    mkdirSync(join(install.dir, 'node_modules'), { recursive: true });
    symlinkSync(resolve('node_modules', name), join(install.dir, 'node_modules', name));
    expect(run('--version')).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  });
};

const supportedNode = () => {
  test('validates the shipped profiles', () => {
    const { status, stderr } = run('validate');
    expect(stderr).toMatch(/^\d{2} environments: 0 errors/m);
    expect(status).toBe(0);
  });

  test('reads a simulated system without a warning of Node', () => {
    const { stdout, stderr } = run('check', '--env', 'demo/production', '--rehearse', '--json');
    expect(stderr).not.toMatch(/Warning|Error/);
    expect(JSON.parse(stdout)).toMatchObject({ system: 'demo', faults: [] });
  });

  test('plans a run', () => {
    const { status, stdout } = run(
      ...['run', 'close-breaker', '--env', 'demo/production', '--rehearse', 'dependency-down'],
      ...['--param', 'name=broker', '--dry-run'],
    );
    expect(stdout).toMatch(/dry run/i);
    expect(status).toBe(0);
  });

  test('opens the cockpit in a terminal and quits', async () => {
    await using pty = openPtyTerminal(
      [
        node,
        join(install.dir, 'node_modules/.bin/opsdeck'),
        ...['--env', 'demo/production', '--rehearse', '--state-dir', join(install.dir, 'state')],
      ],
      { columns: 120, rows: 36, cwd: install.dir, env: { HOME: install.dir } },
    );
    await pty.until((screen) => /broker/.test(screen.join('\n')), 'waiting for the overview', 30_000);
    pty.press('q');
    expect(await pty.exited).toEqual({ code: 0, signal: 0 });
  });
};

// The runner counts a skipped test as a failure.
if (isOld) describe('an old Node', oldNode);
else describe('a supported Node', supportedNode);
