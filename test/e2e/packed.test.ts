import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** A directory with an offline installation of the packed product. */
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'opsdeck-packed-'));
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', dir], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const manifest: unknown = Object.values(JSON.parse(packed))[0];
  const { filename } = Object(manifest);
  writeFileSync(join(dir, 'package.json'), '{ "private": true }');
  execFileSync('npm', ['install', '--offline', '--omit=optional', '--ignore-scripts', join(dir, filename)], {
    cwd: dir,
    stdio: 'ignore',
  });
}, 120_000);
afterAll(() => rmSync(dir, { recursive: true }));

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [join(dir, 'node_modules/.bin/opsdeck'), ...args], {
    cwd: dir,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: dir },
  });

test('a packed install is one package with the bundle, the profiles and third-party licenses', () => {
  expect(readdirSync(join(dir, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['opsdeck']);
  const installed = join(dir, 'node_modules/opsdeck');
  expect(existsSync(join(installed, 'node_modules'))).toBe(false);
  expect(readdirSync(installed).sort()).toEqual(
    ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'profiles'].sort(),
  );
  expect(readFileSync(join(installed, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8')).toContain('\nink 8');
});

test('prints its version', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(run('--version').stdout.trim()).toBe(version);
});

test.each(['demo', 'saga'])('reads the simulated %s with all of its clients', (system) => {
  const result = run('check', '--env', `${system}/production`, '--rehearse', '--json');
  expect(result.stderr).not.toMatch(/Cannot find (?:module|package)/);
  const { signals, faults }: { signals: readonly { id: string; level: string }[]; faults: unknown } =
    JSON.parse(result.stdout);
  expect(faults).toEqual([]);
  // The latency of a real request is this machine's, and a busy one exceeds the threshold rightly.
  const simulated = signals.filter(({ id }) => id !== 'edge.latency');
  expect(simulated.length).toBeGreaterThan(20);
  expect(simulated.filter(({ level }) => level !== 'ok')).toEqual([]);
});
