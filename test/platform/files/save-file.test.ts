import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { saveNewFile } from '../../../src/platform/files/save-file.ts';

const place = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-save-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
};

test('a new file is private, and its path is returned', async () => {
  const dir = await place();
  const saved = await saveNewFile(dir, 'pods.csv', 'a,b\r\n');
  expect(saved).toEqual({ path: join(dir, 'pods.csv') });
  expect(await readFile(join(dir, 'pods.csv'), 'utf8')).toBe('a,b\r\n');
  expect((await stat(join(dir, 'pods.csv'))).mode & 0o777).toBe(0o600);
});

test('existing files and dangling links are kept. The new file gets a number', async () => {
  const dir = await place();
  await writeFile(join(dir, 'pods.csv'), 'mine');
  await symlink('/nowhere/at/all', join(dir, 'pods-2.csv'));
  expect(await saveNewFile(dir, 'pods.csv', 'new')).toEqual({ path: join(dir, 'pods-3.csv') });
  expect(await readFile(join(dir, 'pods.csv'), 'utf8')).toBe('mine');
});

test.each([
  ['../pods.csv', '.._pods.csv'],
  ['/etc/pods.csv', '_etc_pods.csv'],
  ['a/../../pods.csv', 'a_.._.._pods.csv'],
  ['pods\0.csv', 'pods_.csv'],
])('%j is a file in the directory', async (name, written) => {
  const dir = await place();
  expect(await saveNewFile(dir, name, 'x')).toEqual({ path: join(dir, written) });
  expect(await readdir(dir)).toEqual([written]);
});

test('a directory that was deleted is reported', async () => {
  const dir = await place();
  const saved = await saveNewFile(join(dir, 'gone'), 'pods.csv', 'x');
  expect(saved).toEqual({
    why: `${join(dir, 'gone', 'pods.csv')}: the directory of the file no longer exists (ENOENT)`,
  });
});

test('a directory without write permission is reported', async () => {
  const dir = await place();
  await chmod(dir, 0o500);
  const saved = await saveNewFile(dir, 'pods.csv', 'x');
  // Root may write anywhere, except to /proc.
  const refused = process.getuid?.() === 0 ? await saveNewFile('/proc', 'pods.csv', 'x') : saved;
  expect(refused).toHaveProperty('why');
});

test('an incomplete file is deleted', async () => {
  const dir = await place();
  const program = `import { saveNewFile } from ${JSON.stringify(new URL('../../../src/platform/files/save-file.ts', import.meta.url).href)};
    console.log(JSON.stringify(await saveNewFile(${JSON.stringify(dir)}, 'pods.csv', 'x'.repeat(100_000))));`;
  // A shell with a file size limit of 1 KiB simulates a full disk.
  const script = 'trap "" XFSZ; ulimit -f 1; exec "$0" --input-type=module -e "$1"';
  const { stdout } = await promisify(execFile)('bash', ['-c', script, process.execPath, program]);
  expect(JSON.parse(stdout)).toEqual({
    why: `${join(dir, 'pods.csv')}: the file is too large for the file system, or for the size limit of this process (ulimit -f) (EFBIG)`,
  });
  expect(await readdir(dir)).toEqual([]);
});
