import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openHistoryDb } from '../../src/persistence/history/database/db.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../src/persistence/ledger/verify-ledger.ts';
import { savedTexts } from '../../src/platform/files/kept-files.ts';
import { replaceFile } from '../../src/platform/files/put-file.ts';
import { aRun } from '../persistence/ledger/a-run.ts';
import { entry, tempDir } from '../persistence/ledger/entries.ts';
import { factor, family } from './support/attack.ts';
import { historyBatch, keptText, type Writing } from './support/written.ts';

const program = new URL('./support/dying.ts', import.meta.url).pathname;
const events = aRun('r1').map(({ event }) => event);
const never = new AbortController().signal;

interface Killed {
  /** Parts acknowledged as on disk. */
  readonly acknowledged: number;
  readonly done: boolean;
}

/** Starts a writing process, and kills it just before its nth call that changes the disk. */
type Kill = (writing: Writing, dir: string, nth: number) => Promise<Killed>;

const killed: Kill = async (writing, dir, nth) => {
  const ended = await promisify(execFile)(process.execPath, [program, writing, dir, String(nth)]).then(
    ({ stdout }) => ({ stdout, signal: undefined }),
    ({ stdout, signal, stderr }: { stdout: string; signal: string; stderr: string }) => {
      if (stderr !== '') throw new Error(stderr);
      return { stdout, signal };
    },
  );
  const lines = ended.stdout.split('\n').filter((line) => line !== '');
  const done = lines.at(-1)?.startsWith('done') === true;
  expect(done).toBe(ended.signal !== 'SIGKILL');
  return { acknowledged: lines.length - (done ? 1 : 0), done };
};

const paths: Readonly<Record<Writing, string>> = {
  ledger: 'audit.jsonl',
  history: 'history.db',
  'state file': 'state/layouts.json',
  'put file': 'override.yaml',
};

/** Leftovers of a writer that neither writes a temporary file nor appends whole parts. */
const halfWritten: Kill = async (writing, dir) => {
  const path = join(dir, paths[writing]);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(path, keptText(1).slice(0, 9000));
  return { acknowledged: 1, done: false };
};

const numberIn = (text: string | undefined): number => (text === undefined ? 0 : JSON.parse(text).nth);

/** Invariants after a kill: no acknowledged data is lost, nothing is partial, and the next process continues. */
const checkInvariants: Readonly<Record<Writing, (dir: string, result: Killed) => Promise<void>>> = {
  ledger: async (dir, { acknowledged }) => {
    expect(await verifyLedger(dir)).toMatchObject({ ok: true, torn: [] });
    const stored = (await readLedger(dir)).map((record) => record.entry.event);
    expect(stored).toEqual(events.slice(0, stored.length));
    expect(stored.length).toBeGreaterThanOrEqual(acknowledged);
    // One more may be complete, but not yet acknowledged.
    expect(stored.length).toBeLessThanOrEqual(acknowledged + 1);
    const ledger = await openLedger(dir, { lockWaitMs: 2000 });
    await ledger.append(entry('next', 'line 1'));
    expect(await verifyLedger(dir)).toMatchObject({ ok: true, count: stored.length + 1, behind: 0 });
    expect((await readdir(dir)).filter((name) => name.startsWith('audit.lock'))).toEqual([]);
  },
  history: async (dir, { acknowledged }) => {
    const db = await openHistoryDb(dir, { busyMs: 5000 });
    try {
      const until = historyBatch(100).at;
      const series = [...db.read('shop', 'dev', 0, until).values()];
      const lengths = new Set(series.map((values) => values.length));
      // The forty values of one time are stored together or not at all.
      expect(lengths.size).toBeLessThanOrEqual(1);
      const [stored = 0] = lengths;
      expect(stored).toBeGreaterThanOrEqual(acknowledged);
      expect(stored).toBeLessThanOrEqual(acknowledged + 1);
      const { values, at } = historyBatch(50);
      db.write(values, at);
      expect(db.read('shop', 'dev', at, until).size).toBe(40);
    } finally {
      db.close();
    }
  },
  'state file': async (dir, { acknowledged }) => {
    const files = savedTexts(join(dir, 'state'));
    const stored = numberIn(await files.read('layouts.json'));
    expect([acknowledged, acknowledged + 1]).toContain(stored);
    await files.write('layouts.json', keptText(9));
    expect(numberIn(await files.read('layouts.json'))).toBe(9);
  },
  'put file': async (dir, { acknowledged }) => {
    const path = join(dir, 'override.yaml');
    const read = () => readFile(path, 'utf8').catch(() => undefined);
    expect([acknowledged, acknowledged + 1]).toContain(numberIn(await read()));
    await replaceFile(path, keptText(9), never);
    expect(numberIn(await read())).toBe(9);
  },
};

/** Number of calls that change the disk in a complete write; one more is its end. */
const callsOf = async (writing: Writing): Promise<number> => {
  await using dir = await tempDir();
  const { stdout } = await promisify(execFile)(process.execPath, [program, writing, dir.path, '0']);
  return Number(/^done (\d+)$/m.exec(stdout)?.[1]);
};
const writings: readonly Writing[] = ['ledger', 'history', 'state file', 'put file'];
/** Measured where all of them are tried; a sample needs only some that every write has. */
const calls = factor >= 10 ? await Promise.all(writings.map(callsOf)) : writings.map(() => 10);
const every = writings.flatMap((writing, index) =>
  Array.from({ length: (calls[index] ?? 0) + 1 }, (_, nth) => ({ writing, nth: nth + 1 })),
);

test.runIf(factor >= 10)('kills the writer at each call of a complete write', async () => {
  for (const [index, writing] of writings.entries()) {
    const complete = calls[index] ?? 0;
    await using dir = await tempDir();
    expect(await killed(writing, dir.path, complete + 1), writing).toMatchObject({ done: true });
    await using other = await tempDir();
    expect(await killed(writing, other.path, complete - 1), writing).toMatchObject({ done: false });
  }
});

family('kill -9', ({ attack }) => {
  attack(
    'killed at any write of the ledger, the history and state files: acknowledged data is kept, and the next process continues',
    {
      rounds: 1,
      // All calls, unless only a sample is requested.
      corpus: factor >= 10 ? every : writings.map((writing) => ({ writing, nth: 2 })),
      inputs: fc.constantFrom(...every),
      defense: killed,
      sabotaged: halfWritten,
      holds: async ({ writing, nth }, kill) => {
        await using dir = await tempDir();
        await checkInvariants[writing](dir.path, await kill(writing, dir.path, nth));
      },
      cpuLimitMs: 600_000,
      idleLimitMs: 1_800_000,
    },
  );
});
