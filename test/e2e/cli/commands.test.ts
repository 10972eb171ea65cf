import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { shopProfile } from '../../support/shop-profile.ts';
import { openSandbox, type Sandbox } from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await openSandbox();
  await sandbox.put('profiles/dev.yaml', shopProfile('http://127.0.0.1:1'));
});
afterEach(() => sandbox[Symbol.asyncDispose]());

test('validate exits 0 for a valid profile and 4 for an invalid one', async () => {
  expect(await sandbox.run(['validate', 'profiles'])).toMatchObject({ code: 0, stdout: '' });
  await sandbox.put('profiles/dev.yaml', shopProfile('http://127.0.0.1:1', 'signls: []\n'));
  const invalid = await sandbox.run(['validate', 'profiles']);
  expect(invalid.code).toBe(4);
  expect(invalid.stdout).toMatch(/^profiles\/dev\.yaml:12:1: .*signls/);
});

test('doctor exits 3 with a finding for a source without its URL', async () => {
  await sandbox.put('profiles/dev.yaml', shopProfile('${env:NOT_SET}'));
  const ended = await sandbox.run(['doctor', '--env', 'shop/dev']);
  expect(ended.code).toBe(3);
  expect(ended.stdout).toMatch(/\? UNKNOWN api \(http\)[\s\S]*MISSING .*NOT_SET/);
});

test('runbooks lists the runbooks of a shipped profile against its simulator', async () => {
  const ended = await sandbox.run(['runbooks', '--env', 'demo/production', '--json']);
  expect(ended.code).toBe(0);
  expect(JSON.parse(ended.stdout)).not.toEqual([]);
});

test('an unknown command exits 4 with nothing on stdout', async () => {
  const ended = await sandbox.run(['chekc']);
  expect(ended).toMatchObject({ code: 4, stdout: '' });
  expect(ended.stderr).toMatch(/Did you mean "check"\?/);
});

test('the cockpit without a terminal exits 4', async () => {
  expect((await sandbox.run(['--env', 'shop/dev'])).code).toBe(4);
});

test('--version prints the version of package.json and the commit that was built', async () => {
  expect((await sandbox.run(['--version'])).stdout).toMatch(
    /^\d+\.\d+\.\d+ \([0-9a-f]{9,40}, [\d-]{10}\)\n$/,
  );
});

const complete = async (words: readonly string[]): Promise<readonly string[]> => {
  const script = `
    opsdeck() { "${process.execPath}" "${resolve('bin/opsdeck.js')}" --profiles profiles "$@"; }
    source <(opsdeck completion bash)
    COMP_WORDS=(opsdeck ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
    _opsdeck; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['-c', script], {
    cwd: sandbox.dir,
    env: sandbox.env,
  });
  return stdout.trim().split('\n');
};

test('bash completes subcommands, their options and environments', async () => {
  await sandbox.put('profiles/dev.yaml', shopProfile('http://127.0.0.1:1'));
  expect(await complete(['ch'])).toEqual(['check', 'checklist']);
  expect(await complete(['check', '--ti'])).toEqual(['--timeout']);
  expect(await complete(['--env', 'dev', 'run', '--dr'])).toEqual(['--dry-run']);
  expect(await complete(['audit', 'v'])).toEqual(['verify']);
  expect(await complete(['check', '--env', ''])).toEqual(['dev', 'shop/dev']);
});
