import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openFile } from './opened.ts';

const holds = ['bin/api', 'bin/cli'];

/** An archive created by this machine's tar. */
const packed = async (dir: string, files: Readonly<Record<string, string>>): Promise<Buffer> => {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(dir, 'tree', name, '..'), { recursive: true });
    await writeFile(join(dir, 'tree', name), text);
  }
  execFileSync('tar', ['-czf', join(dir, 'made.tgz'), '-C', join(dir, 'tree'), '.']);
  return readFile(join(dir, 'made.tgz'));
};

const program = 'program '.repeat(4000);

test('an archive is complete if it contains the required files; not if one is missing or empty', async () => {
  const { dir, put, read } = await openFile({ whole: { whole: 'p-*.tgz', holds } });
  await put('p-1.tgz', await packed(dir, { 'bin/api': program, 'bin/cli': 'cli', 'etc/a.toml': '' }), 40);
  expect((await read()).values()).toEqual({ whole: 1 });
  await put('p-2.tgz', await packed(join(dir, 'second'), { 'bin/api': program }), 30);
  expect((await read()).values()).toEqual({ whole: 0 });
});

test('an empty file counts as missing', async () => {
  const { dir, put, read } = await openFile({ whole: { whole: 'p.tgz', holds } });
  await put('p.tgz', await packed(dir, { 'bin/api': program, 'bin/cli': '' }), 40);
  expect((await read()).values()).toEqual({ whole: 0 });
});

test('a truncated archive is incomplete, compressed or inside a complete compressed stream', async () => {
  const { dir, put, read } = await openFile({ whole: { whole: 'p.tgz', holds } });
  const good = await packed(dir, { 'bin/api': program, 'bin/cli': 'cli' });
  await put('p.tgz', good.subarray(0, good.length - 20), 40);
  expect((await read()).values()).toEqual({ whole: 0 });
  const inside = gunzipSync(good);
  await put('p.tgz', gzipSync(inside.subarray(0, 20_480)), 30);
  expect((await read()).values()).toEqual({ whole: 0 });
  await put('p.tgz', gzipSync('no archive at all'), 20);
  expect((await read()).values()).toEqual({ whole: 0 });
});

test('a changed header is not an archive; names longer than a header field are read', async () => {
  const long = `${'deep/'.repeat(30)}${'n'.repeat(120)}`;
  const { dir, put, read } = await openFile({ whole: { whole: 'p.tgz', holds: [long] } });
  const good = await packed(dir, { [long]: program });
  await put('p.tgz', good, 40);
  expect((await read()).values()).toEqual({ whole: 1 });
  const inside = gunzipSync(good);
  inside[0] = (inside[0] ?? 0) ^ 1;
  await put('p.tgz', gzipSync(inside), 30);
  expect((await read()).values()).toEqual({ whole: 0 });
});
