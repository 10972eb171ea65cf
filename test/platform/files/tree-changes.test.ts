import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTreeComparison, type FindTreeChange } from '../../../src/platform/files/tree-changes.ts';
import {
  readCoveredFile,
  readTreeSnapshot,
  type SnapshotEntry,
} from '../../../src/platform/files/tree-snapshot.ts';
import { manualClock } from '../../support/manual-clock.ts';

const clock = manualClock();
let top: string;
let dir: string;
beforeEach(async () => {
  top = await mkdtemp(join(tmpdir(), 'opsdeck-tree-'));
  dir = join(top, 'profiles');
  await mkdir(join(dir, 'lib/sub'), { recursive: true });
  await mkdir(join(dir, '.hidden'));
  await writeFile(join(dir, 'dev.yaml'), 'opsdeck: 1\n');
  await writeFile(join(dir, 'lib/sub/run'), 'echo one\n');
  await writeFile(join(top, 'tool.sh'), 'echo one\n');
  await writeFile(join(top, 'token'), 'one\n');
  await symlink('../../../tool.sh', join(dir, 'lib/sub/link'));
});
afterEach(() => rm(top, { recursive: true }));

const compared = async (): Promise<FindTreeChange> => {
  const outside = new Map<string, SnapshotEntry>();
  for (const name of ['tool.sh', 'token', 'later.sh'])
    outside.set(join(top, name), await readCoveredFile(join(top, name)));
  return createTreeComparison({ dir, tree: await readTreeSnapshot(dir), outside }, clock);
};

const put = (path: string, text: string) => writeFile(join(dir, path), text);

test.each<[string, () => Promise<unknown>, string, string]>([
  ['a changed file', () => put('lib/sub/run', 'echo two\n'), 'profiles/lib/sub/run', 'has changed'],
  ['an added file', () => put('lib/ls', 'x'), 'profiles/lib/ls', 'was added'],
  ['a removed file', () => rm(join(dir, 'lib/sub/run')), 'profiles/lib/sub/run', 'was removed'],
  [
    'a YAML file that begins with #!',
    () => put('dev.yaml', '#!/bin/sh\n'),
    'profiles/dev.yaml',
    'has changed',
  ],
  [
    'an executable YAML file',
    async () => {
      await put('x.yaml', 'echo x\n');
      await chmod(join(dir, 'x.yaml'), 0o755);
    },
    'profiles/x.yaml',
    'was added',
  ],
  [
    'the target of a link, a covered script outside',
    () => writeFile(join(top, 'tool.sh'), 'echo two\n'),
    'profiles/lib/sub/link',
    'has changed',
  ],
  [
    'a covered script outside that was absent',
    () => writeFile(join(top, 'later.sh'), 'echo\n'),
    'later.sh',
    'has changed',
  ],
])('finds %s', async (_, change, path, how) => {
  const find = await compared();
  for (let round = 0; round < 3; round += 1) {
    expect(await find()).toBeUndefined();
    await clock.advance(5000);
  }
  await change();
  expect(await find()).toEqual({ path: join(top, path), how });
  expect(await find()).toEqual({ path: join(top, path), how });
});

test('a profile, a hidden file and a covered value may change', async () => {
  const find = await compared();
  await put('dev.yaml', 'opsdeck: 1\nenv: dev\n');
  await put('more.yaml', '[]\n');
  await put('.hidden/run.sh', 'x');
  await writeFile(join(top, 'token'), 'two\n');
  expect(await find()).toBeUndefined();
});

test('finds a change that keeps size and modification time', async () => {
  const find = await compared();
  const date = new Date('2026-01-01');
  const path = join(dir, 'lib/sub/run');
  await utimes(path, date, date);
  for (let round = 0; round < 3; round += 1) {
    expect(await find()).toBeUndefined();
    await clock.advance(5000);
  }
  await put('lib/sub/run', 'echo two\n');
  await utimes(path, date, date);
  expect(await find()).toMatchObject({ how: 'has changed' });
  await put('lib/sub/run', 'echo one\n');
  expect(await find()).toBeUndefined();
  await put('lib/sub/other', 'echo two\n');
  await rename(join(dir, 'lib/sub/other'), path);
  expect(await find()).toMatchObject({ how: 'has changed' });
});

test('a directory that is gone cannot be compared', async () => {
  const find = await compared();
  await rename(dir, `${dir}-moved`);
  await expect(find()).rejects.toThrow('ENOENT');
});
