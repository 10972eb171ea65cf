import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { savedTexts } from '../../../src/platform/files/kept-files.ts';

const stateDir = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-kept-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return join(dir, 'state');
};

test('a text is written atomically, readable by its owner only, and leaves no temporary file', async () => {
  const dir = await stateDir();
  const kept = savedTexts(dir);
  expect(await kept.read('layouts.json')).toBeUndefined();
  await Promise.all(
    Array.from({ length: 8 }, (_, index) => kept.write('layouts.json', `${index}`.repeat(5000))),
  );
  expect(await kept.read('layouts.json')).toMatch(/^(\d)\1{4999}$/);
  expect(await readdir(dir)).toEqual(['layouts.json']);
  expect((await stat(join(dir, 'layouts.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(dir)).mode & 0o777).toBe(0o700);
});

test('the draft of a killed process is removed by a later writer; a recent one and other files stay', async () => {
  const dir = await stateDir();
  await mkdir(dir, { mode: 0o700 });
  const [abandoned, recent] = [randomUUID(), randomUUID()].map((id) => `layouts.json.${id}.tmp`);
  const others = [`layouts.${randomUUID()}.tmp`, 'layouts.json.mine.tmp'];
  for (const name of [abandoned, recent, ...others]) await writeFile(join(dir, name ?? ''), 'half');
  const twoHoursAgo = Date.now() / 1000 - 7200;
  for (const name of [abandoned, ...others]) await utimes(join(dir, name ?? ''), twoHoursAgo, twoHoursAgo);
  await savedTexts(dir).write('layouts.json', 'whole');
  expect((await readdir(dir)).sort()).toEqual(['layouts.json', recent, ...others].sort());
});

test('an invalid file is moved away instead of deleted', async () => {
  const dir = await stateDir();
  const kept = savedTexts(dir);
  await kept.write('layouts.json', 'half of');
  expect(await kept.setAside('layouts.json')).toBe(join(dir, 'layouts.json.broken'));
  expect(await kept.read('layouts.json')).toBeUndefined();
  expect(await readFile(join(dir, 'layouts.json.broken'), 'utf8')).toBe('half of');
  await kept.write('layouts.json', 'half of another');
  expect(await kept.setAside('layouts.json')).toBe(join(dir, 'layouts.json.broken-2'));
  expect(await readFile(join(dir, 'layouts.json.broken'), 'utf8')).toBe('half of');
});

test('a failed write rejects, after it was reported', async () => {
  const dir = await stateDir();
  await writeFile(dir, 'a file in place of the directory');
  await expect(savedTexts(dir).write('commands', 'quit\n')).rejects.toThrow(
    `not a directory (ENOTDIR), ${join(dir, 'commands')}`,
  );
});
