import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { symlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { openLedger } from '../../../../src/persistence/ledger/ledger.ts';
import { readLedger } from '../../../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../../../src/persistence/ledger/verify-ledger.ts';
import { processStart } from '../../../../src/platform/processes/process-identity.ts';
import { entry, tempDir } from '../../../persistence/ledger/entries.ts';

const program = new URL('./appender.ts', import.meta.url).pathname;

const appender = (dir: string, run: string, count: number): ChildProcess =>
  spawn(process.execPath, [program, dir, run, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });

/** Waits for `count` turns of the event loop, to vary the state of the other process. */
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
};

const textsOf = async (dir: string, run: string): Promise<readonly string[]> =>
  (await readLedger(dir, { run })).map(({ entry: e }) =>
    e.event === 'output' ? (e.text.split(' ')[1] ?? '') : '',
  );

test('concurrent appends of several processes lose no records', async () => {
  await using dir = await tempDir();
  const children = ['a', 'b', 'c'].map((run) => appender(dir.path, run, 25));
  const exits = await Promise.all(children.map((child) => once(child, 'exit')));
  expect(exits).toEqual([
    [0, null],
    [0, null],
    [0, null],
  ]);
  const all = Array.from({ length: 25 }, (_, n) => String(n + 1));
  for (const run of ['a', 'b', 'c']) expect(await textsOf(dir.path, run)).toEqual(all);
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 75, torn: [], behind: 0 });
});

test.each([2, 8])(
  '%s concurrent processes, one killed: every acknowledged record exists once',
  async (many) => {
    await using dir = await tempDir();
    const each = await Promise.all(
      Array.from({ length: many }, async (_, index) => {
        const run = `r${index}`;
        const child = appender(dir.path, run, 20);
        const exit = once(child, 'exit');
        if (child.stdout === null) throw new Error('no stdout');
        let acknowledged = 0;
        for await (const line of createInterface(child.stdout)) {
          acknowledged = Number(line);
          if (index === 0 && acknowledged === 4) child.kill('SIGKILL');
        }
        return { run, acknowledged, exit: await exit };
      }),
    );
    for (const [index, { run, acknowledged, exit }] of each.entries()) {
      expect(exit).toEqual(index === 0 ? [null, 'SIGKILL'] : [0, null]);
      const stored = await textsOf(dir.path, run);
      expect(stored).toEqual(Array.from({ length: stored.length }, (_, n) => String(n + 1)));
      expect(stored.length).toBeGreaterThanOrEqual(acknowledged);
      if (index > 0) expect(stored).toHaveLength(20);
    }
    await (await openLedger(dir.path)).append(entry('last', 'line 1'));
    expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, behind: 0 });
  },
  60_000,
);

test('after SIGKILL at any time, the ledger has every acknowledged record, and the next process appends to it', async () => {
  await using dir = await tempDir();
  for (let round = 0; round < 8; round++) {
    const child = appender(dir.path, `r${round}`, 10_000);
    let acknowledged = 0;
    if (child.stdout === null) throw new Error('no stdout');
    for await (const line of createInterface(child.stdout)) {
      acknowledged = Number(line);
      if (acknowledged < 2 + round) continue;
      await turns((round * 13) % 29);
      child.kill('SIGKILL');
    }
    const check = await verifyLedger(dir.path);
    expect(check).toMatchObject({ ok: true });
    expect((await textsOf(dir.path, `r${round}`)).length).toBeGreaterThanOrEqual(acknowledged);
    expect(acknowledged).toBeGreaterThanOrEqual(2 + round);
  }
  const ledger = await openLedger(dir.path);
  await ledger.append(entry('last', 'line 1'));
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, behind: 0 });
});

const lockAs = (dir: string, text: string): Promise<void> => symlink(text, join(dir, 'audit.lock'));

/** Returns the id of a process that has exited. */
const deadPid = async (): Promise<number> => {
  const child = spawn(process.execPath, ['-e', '0']);
  await once(child, 'exit');
  return child.pid ?? 0;
};

test('the lock of a dead process is taken over, also by concurrent openers', async () => {
  await using dir = await tempDir();
  await lockAs(dir.path, `pid=${await deadPid()} start=1 host=${hostname()} id=x`);
  const ledgers = await Promise.all(Array.from({ length: 6 }, () => openLedger(dir.path)));
  await Promise.all(ledgers.map((ledger, n) => ledger.append(entry('r', `line ${n}`))));
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 6 });
});

test('a lock whose pid was reused by another process is taken over', async () => {
  await using dir = await tempDir();
  await lockAs(dir.path, `pid=${process.pid} start=long-ago host=${hostname()} id=x`);
  await (await openLedger(dir.path)).append(entry('r', 'line 1'));
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 1 });
});

test('an unreadable lock file is taken over', async () => {
  await using dir = await tempDir();
  await writeFile(join(dir.path, 'audit.lock'), '');
  await (await openLedger(dir.path)).append(entry('r', 'line 1'));
  expect(await verifyLedger(dir.path)).toMatchObject({ ok: true, count: 1 });
});

test.each([
  [
    'a running process of this host',
    async () => `pid=${process.pid} start=${await processStart(process.pid)} host=${hostname()} id=x`,
    `process ${process.pid} on ${hostname()}`,
  ],
  [
    'a process of another host, which cannot be checked',
    async () => 'pid=1 start=1 host=elsewhere id=x',
    'process 1 on elsewhere',
  ],
])('a lock held by %s is waited for, and then reported', async (_, holder, words) => {
  await using dir = await tempDir();
  await lockAs(dir.path, await holder());
  const ledger = await openLedger(dir.path, { lockWaitMs: 30 });
  await expect(ledger.append(entry('r', 'line 1'))).rejects.toThrow(
    new RegExp(`audit.jsonl cannot be written: .*audit.lock is held by ${words}\\. Waited \\d+ ms`),
  );
});
