import { chmod, chown, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openHistoryDb } from '../../../src/persistence/history/database/db.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { verifyLedger } from '../../../src/persistence/ledger/verify-ledger.ts';
import { openDebugLog } from '../../../src/platform/files/debug-log.ts';
import { savedTexts } from '../../../src/platform/files/kept-files.ts';
import { openToAppend, privateDir } from '../../../src/platform/files/private-dir.ts';
import { targetLocks } from '../../../src/platform/files/target-locks.ts';
import { entry, tempDir } from '../../persistence/ledger/entries.ts';

const note = { who: 'ana', host: 'vm-1', run: 'r-1', runbook: 'restart', at: 0 };

test('is created with access for its user only', async () => {
  await using dir = await tempDir();
  await privateDir(join(dir.path, 'a/b'));
  expect((await stat(join(dir.path, 'a/b'))).mode & 0o777).toBe(0o700);
  await chmod(join(dir.path, 'a/b'), 0o770);
  await expect(privateDir(join(dir.path, 'a/b'))).resolves.toBeUndefined();
});

test.each([0o777, 0o702, 0o1777])(
  'a directory with the mode %o, writable by any user, is refused',
  async (mode) => {
    await using dir = await tempDir();
    const state = join(dir.path, 'state');
    await mkdir(state);
    await chmod(state, mode);
    const refusal = new RegExp(`${state} is world-writable. Run chmod o-w ${state}`);
    await expect((await openLedger(state)).append(entry('r', 'line 1'))).rejects.toThrow(refusal);
    await expect(openHistoryDb(state)).rejects.toThrow(/is world-writable/);
    await expect(savedTexts(state).write('settings', '{}')).rejects.toThrow(/is world-writable/);
    await expect(targetLocks(state).take(['api'], note)).rejects.toThrow(refusal);
    const failures: string[] = [];
    openDebugLog(
      join(state, 'opsdeck.log'),
      (text) => text,
      (why) => failures.push(why),
    ).write('x');
    expect(failures).toEqual([expect.stringMatching(refusal)]);
  },
);

test('a symbolic link in place of a temporary file is not followed', async () => {
  await using dir = await tempDir();
  const elsewhere = join(dir.path, 'elsewhere');
  await writeFile(elsewhere, 'precious');
  await symlink(elsewhere, join(dir.path, 'audit.head.tmp'));
  await (await openLedger(dir.path)).append(entry('r', 'line 1'));
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 1 });
  expect(await readFile(elsewhere, 'utf8')).toBe('precious');
});

test('the debug log is not written through a symbolic link', async () => {
  await using dir = await tempDir();
  const elsewhere = join(dir.path, 'elsewhere');
  await writeFile(elsewhere, 'precious');
  await symlink(elsewhere, join(dir.path, 'opsdeck.log'));
  const failures: string[] = [];
  openDebugLog(
    join(dir.path, 'opsdeck.log'),
    (text) => text,
    (why) => failures.push(why),
  ).write('x');
  expect(failures).toEqual([expect.stringContaining('ELOOP')]);
  expect(await readFile(elsewhere, 'utf8')).toBe('precious');
});

test('a file is appended to through a link of this user, but not of another', async () => {
  await using dir = await tempDir();
  const elsewhere = join(dir.path, 'elsewhere');
  await writeFile(elsewhere, '');
  const link = join(dir.path, 'link');
  await symlink(elsewhere, link);
  await (await openToAppend(link)).close();
  if (process.getuid?.() !== 0) return;
  const { lchown } = await import('node:fs/promises');
  await lchown(link, 12_345, 12_345);
  await expect(openToAppend(link)).rejects.toThrow('ELOOP');
  await chown(elsewhere, 0, 0);
});
