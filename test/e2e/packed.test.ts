import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bytesBelow, type PackedInstall, packedInstall } from '../support/packed-install.ts';

let install: PackedInstall;
beforeAll(() => {
  install = packedInstall();
}, 120_000);
afterAll(() => install[Symbol.dispose]());

const run = (...args: readonly string[]) => install.run(process.execPath, ...args);

test('a packed install is one package with the bundle, the profiles and third-party licenses', () => {
  const { dir, product } = install;
  expect(readdirSync(join(dir, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['opsdeck']);
  expect(existsSync(join(product, 'node_modules'))).toBe(false);
  expect(readdirSync(product).sort()).toEqual([
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'LICENSE',
    'README.md',
    'SECURITY.md',
    'bench',
    'bin',
    'dist',
    'docs',
    'examples',
    'man',
    'package.json',
    'profiles',
    'src',
  ]);
  expect(readFileSync(join(product, 'dist/THIRD-PARTY-NOTICES.txt'), 'utf8')).toContain('\nink 8');
  // Messages name them.
  for (const page of ['reference/runbooks.md', 'reference/keys.md', 'how-to/describe-your-system.md'])
    expect(existsSync(join(product, 'docs', page)), page).toBe(true);
});

test('holds every file that a page for users links to', () => {
  const { product } = install;
  const pages = readdirSync(product, { recursive: true, encoding: 'utf8' }).filter(
    (file) =>
      file.endsWith('.md') && !/^docs\/(?:contributing|decisions)\/|^CONTRIBUTING|^examples\//.test(file),
  );
  expect(pages.length).toBeGreaterThan(50);
  const missing = pages.flatMap((page) =>
    [...readFileSync(join(product, page), 'utf8').matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !existsSync(join(product, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  expect(missing).toEqual([]);
});

test('takes less than 15 MB beside Node', () => {
  expect(bytesBelow(join(install.dir, 'node_modules'))).toBeLessThan(15e6);
});

test('prints its version and commit', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  const { stdout } = run('--version');
  expect(stdout).toMatch(/^\S+(?: \([0-9a-f]{7,40}, \d{4}-\d\d-\d\d\))?\n$/);
  expect(stdout.startsWith(version)).toBe(true);
});

test('validates the shipped profiles', () => {
  const { status, stderr } = run('validate');
  expect(stderr).toMatch(/^\d{2} environments: 0 errors/m);
  expect(status).toBe(0);
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
