import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeOwnDir } from '../../src/simulator/servers/http/temporary-dir.ts';

test('removes directories of killed processes, and keeps those of running ones', async () => {
  const root = await mkdtemp(join(tmpdir(), 'opsdeck-own-'));
  const { pid: gone } = spawnSync(process.execPath, ['-e', '']);
  const names = [
    `opsdeck-kube-${gone}-a`,
    `opsdeck-kube-${process.pid}-b`,
    `opsdeck-ssh-${gone}-c`,
    'opsdeck-kube-mine',
    'other',
  ];
  for (const name of names) await mkdir(join(root, name));
  await writeFile(join(root, `opsdeck-kube-${gone}-a`, 'config'), '{}');
  const own = await makeOwnDir('kube', root);
  expect((await readdir(root)).sort()).toEqual([...names.slice(1), basename(own)].sort());
  expect(basename(own)).toMatch(new RegExp(`^opsdeck-kube-${process.pid}-`));
  await rm(root, { recursive: true });
});
