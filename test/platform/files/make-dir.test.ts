import { mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDebugLog } from '../../../src/platform/files/debug-log.ts';
import { makeDir, makeDirSync } from '../../../src/platform/files/make-dir.ts';
import { writeNewDirectory } from '../../../src/platform/files/new-directory.ts';
import { longTest } from '../../support/layer.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'opsdeck-make-dir-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe.each([
  ['makeDir', makeDir],
  ['makeDirSync', async (path: string, mode?: number) => makeDirSync(path, mode)],
])('%s', (_name, make) => {
  test('creates missing parents with the mode, and accepts what exists', async () => {
    await make(join(dir, 'a/b/c'), 0o700);
    await make(join(dir, 'a/b/c'), 0o755);
    expect(statSync(join(dir, 'a/b')).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'a/b/c')).mode & 0o777).toBe(0o700);
  });

  test('rejects when a file or a dangling symbolic link has the name', async () => {
    writeFileSync(join(dir, 'file'), '');
    symlinkSync(join(dir, 'nowhere'), join(dir, 'link'));
    for (const [path, code] of [
      ['file', 'ENOTDIR'],
      ['file/a/b', 'ENOTDIR'],
      ['link', 'ENOTDIR'],
      ['link/a/b', 'ENOTDIR'],
    ] as const)
      await expect(make(join(dir, path))).rejects.toMatchObject({ code });
  });

  test.runIf(process.platform === 'linux')('rejects below a parent that accepts no directory', async () => {
    await expect(make('/proc/opsdeck/a')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test.runIf(process.platform === 'linux')('what creates directories ends below such a parent', async () => {
  const failures: string[] = [];
  const log = openDebugLog(
    '/proc/opsdeck/opsdeck.log',
    (text) => text,
    (why) => failures.push(why),
  );
  log.write('one');
  expect(failures).toEqual([expect.stringContaining('/proc/opsdeck')]);
  await expect(writeNewDirectory('/proc/opsdeck/shop', [])).rejects.toThrow();
});

longTest('the sources create nested directories only with makeDir', async () => {
  const names = (await readdir('src', { recursive: true })).filter((name) => name.endsWith('.ts'));
  const texts = await Promise.all(names.map((name) => readFile(join('src', name), 'utf8')));
  const using = names.filter((_, index) => /\bmkdir(?:Sync)?\([^;]*recursive: true/.test(texts[index] ?? ''));
  expect(using).toEqual([]);
});
