import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localFiles } from '../../../src/platform/files/local-files.ts';
import { makeFifo } from '../../support/make-fifo.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-files-'));
  await mkdir(join(dir, 'a', 'b'), { recursive: true });
  await mkdir(join(dir, '.hidden'));
  await mkdir(join(dir, 'node_modules'));
  for (const name of ['z.yaml', 'a/b/c.yaml', '.hidden/x.yaml', 'node_modules/x.yaml'])
    await writeFile(join(dir, name), `text of ${name}\n`);
});
afterAll(() => rm(dir, { recursive: true }));

test('files are listed recursively and sorted; hidden directories are omitted', async () => {
  expect(await localFiles.list(dir)).toEqual(['a/b/c.yaml', 'z.yaml']);
});

test('a missing directory is empty; a missing file has no text', async () => {
  expect(await localFiles.list(join(dir, 'nowhere'))).toEqual([]);
  expect(await localFiles.list(join(dir, 'z.yaml'))).toEqual([]);
  expect(await localFiles.read(join(dir, 'nowhere'))).toBeUndefined();
  expect(await localFiles.read(join(dir, 'a'))).toBeUndefined();
  expect(await localFiles.read(join(dir, 'z.yaml', 'below'))).toBeUndefined();
});

test('a text is returned unchanged', async () => {
  expect(await localFiles.read(join(dir, 'a/b/c.yaml'))).toBe('text of a/b/c.yaml\n');
});

test('an endless file is refused', async () => {
  await expect(localFiles.read('/dev/zero')).rejects.toThrow('is larger than 4 MiB');
});

test('a FIFO is refused: it may never have a writer', async () => {
  const path = join(dir, 'fifo');
  makeFifo(path);
  await expect(localFiles.read(path)).rejects.toThrow('is a FIFO. Name a regular file');
});
