import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type FileStamps, fileStamp, watchFiles } from '../../../src/platform/files/watch-files.ts';
import { manualClock } from '../../support/manual-clock.ts';

const watched = (
  files: Record<string, string>,
  which: () => readonly string[] | FileStamps = () => Object.keys(files),
) => {
  const clock = manualClock();
  const changes: number[] = [];
  const stop = watchFiles(
    clock,
    which,
    () => changes.push(changes.length),
    async (path) => files[path] ?? 'absent',
  );
  const poll = async (count: number): Promise<number> => {
    const before = changes.length;
    for (let nth = 0; nth < count; nth++) {
      await clock.advance(1000);
      await clock.settle();
    }
    return changes.length - before;
  };
  return { poll, stop };
};

test('the initial state of the files is not a change', async () => {
  const { poll } = watched({ a: '1', b: '1' });
  expect(await poll(5)).toBe(0);
});

test('a saved file is reported once, after two identical readings', async () => {
  const files: Record<string, string> = { a: '1' };
  const { poll } = watched(files);
  await poll(2);
  files.a = '2';
  expect(await poll(1)).toBe(0);
  files.a = '3';
  expect(await poll(1)).toBe(0);
  expect(await poll(1)).toBe(1);
  expect(await poll(5)).toBe(0);
});

test('a file saved after it was read and before the first poll is reported, after two identical readings', async () => {
  const files: Record<string, string> = {};
  let opened: FileStamps = new Map();
  const { poll } = watched(files, () => opened);
  await poll(1);
  opened = new Map(Object.entries({ a: '1', b: '1' }));
  Object.assign(files, { a: '2', b: '1' });
  expect(await poll(1)).toBe(0);
  files.a = '3';
  expect(await poll(1)).toBe(0);
  expect(await poll(1)).toBe(1);
  expect(await poll(5)).toBe(0);
});

test('a file that is watched from now on is reported once: it may have been saved after it was read', async () => {
  const files: Record<string, string> = { a: '1', b: '1' };
  let list: readonly string[] = ['a'];
  const { poll } = watched(files, () => list);
  await poll(2);
  list = ['b'];
  expect(await poll(1)).toBe(1);
  expect(await poll(5)).toBe(0);
});

test('two files saved together are reported together', async () => {
  const files: Record<string, string> = { a: '1', b: '1' };
  const { poll } = watched(files);
  await poll(1);
  Object.assign(files, { a: '2', b: '2' });
  expect(await poll(4)).toBe(1);
});

test('a file that disappears and returns unchanged is not a change; a deleted one is', async () => {
  const files: Record<string, string> = { a: '1' };
  const { poll } = watched(files);
  await poll(1);
  files.a = 'absent';
  await poll(1);
  files.a = '1';
  expect(await poll(3)).toBe(0);
  files.a = 'absent';
  expect(await poll(3)).toBe(1);
});

test('another list with stamps starts with its initial state, and nothing is reported after the end', async () => {
  const files: Record<string, string> = { a: '1', b: '7' };
  let which: FileStamps = new Map([['a', '1']]);
  const { poll, stop } = watched(files, () => which);
  await poll(2);
  which = new Map([['b', '7']]);
  expect(await poll(3)).toBe(0);
  files.b = '8';
  stop();
  expect(await poll(3)).toBe(0);
});

test('a real file: written in place, replaced, deleted', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-watch-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const path = join(dir, 'a.yaml');
  const other = join(dir, 'b.yaml');
  const absent = await fileStamp(path);
  await writeFile(path, 'one');
  const first = await fileStamp(path);
  expect(await fileStamp(path)).toBe(first);
  await writeFile(path, 'three');
  const second = await fileStamp(path);
  await writeFile(other, 'three');
  await rename(other, path);
  const third = await fileStamp(path);
  expect(new Set([absent, first, second, third]).size).toBe(4);
  await rm(path);
  expect(await fileStamp(path)).toBe(absent);
});

test('a file saved within the first second is reported', async () => {
  const files: Record<string, string> = { a: '1' };
  const { poll } = watched(files);
  await Promise.resolve();
  files.a = '2';
  expect(await poll(2)).toBe(1);
});
