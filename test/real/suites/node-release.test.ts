import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import { type PackedInstall, packedInstall } from '../../support/packed-install.ts';
import { scratchDir } from '../../support/scratch-dir.ts';
import { detailOf, underTest } from '../setting.ts';

const server = underTest();
const node = detailOf(server, 'program');
const major = Number(server.version.split('.')[0]);
const isOld = major < 22;

let install: PackedInstall;
beforeAll(() => {
  install = packedInstall();
}, 120_000);
afterAll(() => install[Symbol.dispose]());

/** A report, without the answers that a busy machine delayed. */
const readBy = (report: string) => {
  const { system, signals, faults } = JSON.parse(report);
  return {
    system,
    hasSignals: signals.length > 20,
    faults: faults.filter(({ kind }: { readonly kind: string }) => kind !== 'timeout'),
  };
};

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
    const { stdout, stderr } = run(
      ...['check', '--env', 'demo/production', '--rehearse'],
      ...['--json', '--timeout', '30s'],
    );
    expect(stderr).not.toMatch(/Warning|Error/);
    expect(readBy(stdout)).toEqual({ system: 'demo', hasSignals: true, faults: [] });
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

/** A directory with the single file, the libraries that its Node needs and a null device, and nothing else. */
const bareRoot = (): string => {
  const root = mkdtempSync(join(scratchDir(), 'bare-'));
  const file = join(root, 'opsdeck');
  execFileSync(process.execPath, ['scripts/sea.ts', '--node', node, '--out', file], { stdio: 'pipe' });
  const libraries = execFileSync('ldd', [file], { encoding: 'utf8' });
  for (const dir of ['home', 'tmp', 'dev']) mkdirSync(join(root, dir));
  // Standard input of every started program.
  writeFileSync(join(root, 'dev/null'), '');
  for (const [path] of libraries.matchAll(/\/lib\S+/g)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    copyFileSync(path, join(root, path));
  }
  return root;
};

/** First bytes of the files of other platforms: ELF for AArch64; 64-bit Mach-O with its cputype. */
const headers: Readonly<Record<string, RegExp>> = {
  'linux-arm64': /^7f454c460201.{24}b700/,
  'darwin-x64': /^cffaedfe07000001/,
  'darwin-arm64': /^cffaedfe0c000001/,
};
/** The mark by which Node detects that it contains a program. Source: Node.js documentation, Single executable applications. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

const singleFile = () => {
  let root: string;
  beforeAll(() => {
    root = bareRoot();
  }, 180_000);
  const start = (...args: readonly string[]) =>
    spawnSync('chroot', [root, '/opsdeck', ...args], {
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      env: { HOME: '/home', PATH: `${process.env.PATH}:/usr/sbin` },
    });

  test('starts where there is no Node and no file of opsdeck, also the second time', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const _ of ['first', 'second'])
      expect(start('--version')).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(new RegExp(`^${version.replaceAll('.', '\\.')}\\b`)),
        stderr: '',
      });
  });

  test('reads a simulated system with the embedded profiles', () => {
    const { stdout, stderr } = start(
      ...['check', '--env', 'demo/production', '--rehearse'],
      ...['--json', '--timeout', '30s'],
    );
    expect(stderr).not.toMatch(/Warning|Error/);
    expect(readBy(stdout)).toEqual({ system: 'demo', hasSignals: true, faults: [] });
  });

  test('does not start a program that another user could have replaced', () => {
    const cache = join(root, 'home/.cache/opsdeck');
    chmodSync(cache, 0o777);
    const { status, stdout } = start('--version');
    chmodSync(cache, 0o700);
    // It is unpacked into a directory of this process instead, which is removed.
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d/)]);
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });

  test('is built for the other platforms', { timeout: 300_000 }, () => {
    const dir = mkdtempSync(join(scratchDir(), 'files-'));
    const targets = Object.keys(headers);
    const named = targets.flatMap((target) => ['--target', target]);
    execFileSync(process.execPath, ['scripts/sea.ts', '--node', node, ...named, '--dir', dir], {
      stdio: 'pipe',
    });
    for (const target of targets) {
      const file = readFileSync(join(dir, `opsdeck-${target}`));
      expect(file.subarray(0, 20).toString('hex'), target).toMatch(headers[target] ?? '');
      expect(file.includes(`${fuse}:1`), `${target} has no program`).toBe(true);
      expect(file.includes('profiles/demo/production.yaml'), `${target} has no profiles`).toBe(true);
      rmSync(join(dir, `opsdeck-${target}`));
    }
  });
};

// Needs --build-sea, and the superuser for chroot.
if (major >= 26 && process.getuid?.() === 0) describe('the single executable file', singleFile);
