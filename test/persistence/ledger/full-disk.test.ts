import { execFile, execFileSync } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { LedgerWrite } from '../../../src/persistence/ledger/file.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { readLedger } from '../../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../../src/persistence/ledger/verify-ledger.ts';
import { everyNth, longTest, sampled } from '../../support/layer.ts';
import { entriesOf } from './a-run.ts';
import { entry, tempDir } from './entries.ts';

const program = new URL('./fill-ledger.ts', import.meta.url).pathname;
const run = promisify(execFile);

const failing = (code: string): Error => Object.assign(new Error(code), { code });

const refusals: readonly (readonly [code: string, words: string])[] = [
  ['ENOSPC', 'no space left on the device'],
  ['EDQUOT', 'disk quota exceeded'],
  ['EROFS', 'the file system is read-only'],
];

longTest.each(sampled(refusals, everyNth(3)))(
  '%s at any write: reported, no acknowledged record is lost, and appends succeed again once there is space',
  async (code, words) => {
    const all = entriesOf('r1');
    for (let index = 1, over = false; !over; index++) {
      await using dir = await tempDir();
      let writes = 0;
      let room = false;
      let failed: LedgerWrite | undefined;
      const ledger = await openLedger(dir.path, {
        lockWaitMs: 2000,
        before: (write) => {
          writes++;
          if (room || writes < index) return;
          failed ??= write;
          throw failing(code);
        },
      });
      const acknowledged: string[] = [];
      const refused: string[] = [];
      for (const ledgerEntry of all)
        await ledger.append(ledgerEntry).then(
          () => acknowledged.push(ledgerEntry.entry.event),
          (error: unknown) => refused.push(String(error)),
        );
      for (const why of refused)
        expect(why).toBe(
          `LedgerError: the ledger ${dir.path}/audit.jsonl cannot be written: ${words} (${code})`,
        );
      // After the first failed write nothing is acknowledged, except that a failed unlock is not fatal.
      expect(acknowledged).toEqual(
        all.slice(0, acknowledged.length).map((ledgerEntry) => ledgerEntry.entry.event),
      );
      over = failed === undefined;
      expect(refused.length > 0).toBe(!over && !(failed === 'unlock' && acknowledged.length === all.length));

      expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, torn: [] });
      room = true;
      await ledger.append(entry('next', 'there is room again'));
      expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, behind: 0 });
      const kept = (await readLedger(dir.path, { run: 'r1' })).map((record) => record.entry.event);
      expect(kept.slice(0, acknowledged.length)).toEqual(acknowledged);
      // At most one record without an acknowledgment.
      expect(kept.length - acknowledged.length).toBeLessThanOrEqual(1);
    }
  },
);

test('a file size limit truncates a record: reported, and appends succeed again once the limit is lifted', async () => {
  await using dir = await tempDir();
  const script = `ulimit -f 8; exec "${process.execPath}" "${program}" "${dir.path}"`;
  const { stdout } = await run('bash', ['-c', script]);
  const result = JSON.parse(stdout);
  expect(result.why).toMatch(/audit.jsonl cannot be written: file size limit exceeded \(EFBIG\)/);
  expect(result.acknowledged).toBeGreaterThan(3);
  expect(result.full).toMatchObject({ ok: true, count: result.acknowledged, torn: [{}] });
  await (await openLedger(dir.path)).append(entry('r2', 'it may grow'));
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: result.acknowledged + 1, behind: 0 });
});

/** Mounting a file system requires privileges. */
const mayMount = ((): boolean => {
  try {
    execFileSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs -o size=64k,mode=700 tmpfs /mnt'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
})();

test.skipIf(!mayMount)(
  'a full file system is reported, and appends succeed again once there is space',
  async () => {
    await using dir = await tempDir();
    const script = [
      `mount -t tmpfs -o size=64k,mode=700 tmpfs "${dir.path}"`,
      `head -c 16384 /dev/zero > "${dir.path}/ballast"`,
      `exec "${process.execPath}" "${program}" "${dir.path}" ballast`,
    ].join('; ');
    const { stdout } = await run('unshare', ['-m', 'sh', '-c', script]);
    const result = JSON.parse(stdout);
    expect(result.why).toMatch(/audit.jsonl cannot be written: no space left on the device \(ENOSPC\)/);
    expect(result.acknowledged).toBeGreaterThan(3);
    expect(result.full.ok).toBe(true);
    expect(result.full.count - result.acknowledged).toBeLessThanOrEqual(1);
    expect(result.after).toMatchObject({ ok: true, count: result.full.count + 1, behind: 0 });
  },
);

test.skipIf(!mayMount)(
  'a directory that became read-only: nothing is acknowledged, and reads still work',
  async () => {
    await using dir = await tempDir();
    await (await openLedger(dir.path)).append(entry('r1', 'line 1'));
    const script = `mount --bind "${dir.path}" "${dir.path}"; mount -o remount,bind,ro "${dir.path}"; exec "${process.execPath}" "${program}" "${dir.path}"`;
    const { stdout } = await run('unshare', ['-m', 'sh', '-c', script]);
    const result = JSON.parse(stdout);
    expect(result.why).toMatch(/audit.jsonl cannot be written: the file system is read-only \(EROFS\)/);
    expect(result).toMatchObject({ acknowledged: 0, full: { ok: true, count: 1 } });
  },
);
