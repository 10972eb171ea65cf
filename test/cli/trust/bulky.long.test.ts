import { execFileSync } from 'node:child_process';
import { symlink, truncate } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { makeFifo } from '../../support/make-fifo.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace({ env: {} });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const evil = 'opsdeck: 1\nsystem: "evil"\nenv: prod\ntier: local\nvars:\n';
const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

/** What a directory that nobody has trusted may hold, and that once took minutes, or never ended. */
const bulky: readonly (readonly [string, () => Promise<void>])[] = [
  ['300,000 keys', () => workspace.put('profiles/p.yaml', evil + lines(300_000, (n) => ` k${n}: 1\n`))],
  ['40,000 quotes', () => workspace.put('profiles/p.yaml', `${evil} a: ${'"'.repeat(80_000)}\n`)],
  [
    'a thousand files of 4,000 keys',
    async () => {
      const text = evil + lines(4000, (n) => ` k${n}: 1\n`);
      for (let n = 0; n < 900; n += 1) await workspace.put(`profiles/p${n}.yaml`, text);
    },
  ],
  [
    'ten thousand files',
    async () => {
      await workspace.put('profiles/p.yaml', evil);
      const script = `import { writeFileSync } from 'node:fs';
        for (let n = 0; n < 10000; n += 1) writeFileSync(process.argv[1] + '/f' + n + '.yaml', 'a: 1');`;
      execFileSync(process.execPath, ['--input-type=module', '-e', script, workspace.path('profiles')]);
    },
  ],
  [
    'brackets within brackets, and aliases that multiply',
    async () => {
      await workspace.put('profiles/deep.yaml', `${evil} a: ${'['.repeat(60_000)}${']'.repeat(60_000)}\n`);
      const nine = (name: string): string => Array.from({ length: 9 }, () => name).join(', ');
      const names = [...'abcdefghij'];
      const bombs = names.map(
        (name, n) => ` ${name}: &${name} [${nine(n === 0 ? 'x' : `*${names[n - 1]}`)}]\n`,
      );
      await workspace.put('profiles/bomb.yaml', evil + bombs.join(''));
    },
  ],
  [
    'a hundred thousand files, which are not listed to their end',
    async () => {
      await workspace.put('profiles/p.yaml', evil);
      const script = `import { closeSync, openSync } from 'node:fs';
        for (let n = 0; n < 100000; n += 1) closeSync(openSync(process.argv[1] + '/f' + n, 'w'));`;
      execFileSync(process.execPath, ['--input-type=module', '-e', script, workspace.path('profiles')]);
    },
  ],
  [
    'links out of the directory, to directories and to files without an end',
    async () => {
      await workspace.put('profiles/p.yaml', evil);
      await symlink('/', workspace.path('profiles/root'));
      await symlink('/proc/self/environ', workspace.path('profiles/environ.yaml'));
      await symlink('/dev/random', workspace.path('profiles/config.yaml'));
    },
  ],
  [
    'a FIFO, a device, a link to itself and a file of a terabyte',
    async () => {
      await workspace.put('profiles/sparse.yaml', evil);
      await truncate(workspace.path('profiles/sparse.yaml'), 2 ** 40);
      makeFifo(workspace.path('profiles/fifo.yaml'));
      await symlink('/dev/zero', workspace.path('profiles/zero.yaml'));
      await symlink('.', workspace.path('profiles/loop'));
      await symlink('loop.yaml', workspace.path('profiles/loop.yaml'));
    },
  ],
];

test.each(bulky)('%s in ./profiles do not delay another environment', async (_, write) => {
  await write();
  const began = process.cpuUsage();
  const ended = await workspace.run(['runbooks', '--env', 'demo/local']);
  const { user, system } = process.cpuUsage(began);
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining('close-breaker'),
  });
  // Opening the shipped profile takes most of it.
  expect((user + system) / 1e6).toBeLessThan(10);
});

test('validate names the file, the limit, and what to do', async () => {
  await workspace.put('profiles/p.yaml', evil + lines(100_001, (n) => ` k${n}: 1\n`));
  const ended = await workspace.run(['validate', 'profiles/p.yaml']);
  expect([ended.code, ended.stdout]).toEqual([
    4,
    'profiles/p.yaml:1:1: the file has more than 100,000 keys and items. Split or shorten the file\n',
  ]);
});
