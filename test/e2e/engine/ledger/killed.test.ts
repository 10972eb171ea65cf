import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openLedger } from '../../../../src/engine/ledger/ledger.ts';
import { readLedger } from '../../../../src/engine/ledger/read-ledger.ts';
import { verifyLedger } from '../../../../src/engine/ledger/verify-ledger.ts';
import { aRun } from '../../../engine/ledger/a-run.ts';
import { entry, tempDir } from '../../../engine/ledger/entries.ts';

const program = new URL('./dying.ts', import.meta.url).pathname;
const events = aRun('r1').map(({ event }) => event);

interface Died {
  /** Records that it was told are on disk. */
  readonly acknowledged: number;
  readonly done: boolean;
  readonly signal: string | undefined;
}

const died = async (dir: string, at: number): Promise<Died> => {
  const ended = await promisify(execFile)(process.execPath, [program, dir, String(at)]).then(
    ({ stdout }) => ({ stdout, signal: undefined }),
    ({ stdout, signal, stderr }: { stdout: string; signal: string; stderr: string }) => {
      if (stderr !== '') throw new Error(stderr);
      return { stdout, signal };
    },
  );
  const lines = ended.stdout.split('\n').filter((line) => line !== '');
  const done = lines.at(-1) === 'done';
  return { acknowledged: lines.length - (done ? 1 : 0), done, signal: ended.signal };
};

/** What must be so after a process was killed: nothing acknowledged is lost, the chain holds, and it goes on. */
const judge = async (dir: string, { acknowledged }: Died): Promise<{ readonly behind: number }> => {
  const found = await verifyLedger(dir);
  expect(found).toMatchObject({ ok: true, torn: [] });
  const kept = (await readLedger(dir)).map((record) => record.entry.event);
  expect(kept).toEqual(events.slice(0, kept.length));
  expect(kept.length).toBeGreaterThanOrEqual(acknowledged);
  // One more may have been written whole, and not yet told.
  expect(kept.length).toBeLessThanOrEqual(acknowledged + 1);

  const ledger = await openLedger(dir, { lockWaitMs: 2000 });
  await ledger.append(entry('next', 'line 1'));
  expect(await verifyLedger(dir)).toMatchObject({ ok: true, count: kept.length + 1, behind: 0 });
  expect((await readdir(dir)).filter((name) => name.startsWith('audit.lock'))).toEqual([]);
  return { behind: found.behind };
};

test('killed at every write of a whole run: nothing acknowledged is lost, and the ledger holds and goes on', async () => {
  let at = 1;
  let over = false;
  const behind = new Set<number>();
  const next = async (): Promise<void> => {
    while (!over) {
      const mine = at++;
      await using dir = await tempDir();
      const how = await died(dir.path, mine);
      expect(how.done).toBe(how.signal !== 'SIGKILL');
      if (how.done) over = true;
      behind.add((await judge(dir.path, how)).behind);
    }
  };
  await Promise.all([next(), next()]);
  // Eight writes a record, and one more for the name of the new file.
  expect(at).toBeGreaterThan(events.length * 8 + 1);
  // It was killed between its two files, too.
  expect(behind).toEqual(new Set([0, 1]));
}, 240_000);
