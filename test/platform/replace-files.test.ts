import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFilesTogether } from '../../src/platform/files/replace-files.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'opsdeck-replace-'));
});
afterEach(() => rm(dir, { recursive: true }));

const put = async (name: string, text: string | Buffer): Promise<string> => {
  await writeFile(join(dir, name), text);
  return join(dir, name);
};
const contents = async (): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(dir)).map(async (name) => [name, await readFile(join(dir, name), 'utf8')] as const),
    ),
  );

test('replaces files and keeps the old ones, with their modes', async () => {
  const a = await put('a.yaml', 'old a\r\n');
  const b = await put('b.yaml', 'old b\n');
  await chmod(a, 0o600);
  await chmod(b, 0o664);
  const replaced = await replaceFilesTogether([
    { path: a, before: 'old a\r\n', after: 'new a\r\n' },
    { path: b, before: 'old b\n', after: 'new b\n' },
  ]);
  expect(replaced).toEqual([
    { path: a, backup: `${a}.bak` },
    { path: b, backup: `${b}.bak` },
  ]);
  expect(await contents()).toEqual({
    'a.yaml': 'new a\r\n',
    'a.yaml.bak': 'old a\r\n',
    'b.yaml': 'new b\n',
    'b.yaml.bak': 'old b\n',
  });
  const modes = await Promise.all(
    [a, `${a}.bak`, b, `${b}.bak`].map(async (path) => (await stat(path)).mode & 0o777),
  );
  expect(modes).toEqual([0o600, 0o600, 0o664, 0o664]);
});

test('an older backup stays', async () => {
  const a = await put('a.yaml', 'second');
  await put('a.yaml.bak', 'first');
  expect(await replaceFilesTogether([{ path: a, before: 'second', after: 'third' }])).toEqual([
    { path: a, backup: `${a}.bak2` },
  ]);
  expect(await contents()).toEqual({ 'a.yaml': 'third', 'a.yaml.bak': 'first', 'a.yaml.bak2': 'second' });
});

test.each([
  ['has changed since it was read', 'other'],
  ['is no UTF-8', Buffer.from([0x6f, 0xff])],
])('replaces none when one %s', async (_, now) => {
  const a = await put('a.yaml', 'old a');
  const b = await put('b.yaml', now);
  const before = await contents();
  await expect(
    replaceFilesTogether([
      { path: a, before: 'old a', after: 'new a' },
      { path: b, before: now instanceof Buffer ? now.toString('utf8') : 'old b', after: 'new b' },
    ]),
  ).rejects.toThrow(`${b} has changed since opsdeck read the file, or is not UTF-8. Run the command again`);
  expect(await contents()).toEqual(before);
});

test('replaces none when one cannot be written', async () => {
  const a = await put('a.yaml', 'old a');
  // Its name is allowed; that of its draft is too long.
  const long = await put(`${'b'.repeat(245)}.yaml`, 'old b');
  const before = await contents();
  await expect(
    replaceFilesTogether([
      { path: a, before: 'old a', after: 'new a' },
      { path: long, before: 'old b', after: 'new b' },
    ]),
  ).rejects.toThrow('the file name is too long for the file system: use a shorter one (ENAMETOOLONG)');
  expect(await contents()).toEqual(before);
});
