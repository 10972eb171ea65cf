import { mkdtempSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chainRecord } from '../../../src/persistence/ledger/chain.ts';
import { type LedgerEntry, parseLedgerRecord } from '../../../src/persistence/ledger/ledger-record.ts';
import { verifyLedger } from '../../../src/persistence/ledger/verify-ledger.ts';
import type { StateStore } from '../../../src/persistence/state-store.ts';
import { createTeamState } from '../../../src/persistence/team-state.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
import { everyNth, sampled } from '../../support/layer.ts';
import { scratchDir } from '../../support/scratch-dir.ts';
import { type FakeStateDatabase, startStateDatabase } from '../../support/state-database.ts';

const clock = systemClock();
let database: FakeStateDatabase;
let state: StateStore;

const opened = (): Promise<StateStore> =>
  createTeamState({
    ...{ login: { url: database.url }, leaseMs: 30_000, mask: (text) => text, clock },
    stateDir: mkdtempSync(join(scratchDir(), 'foreign-')),
    transport: openTransport(clock),
  });

beforeEach(async () => {
  database = await startStateDatabase(() => Date.now());
  state = await opened();
});
afterEach(async () => {
  await state.close();
  await database[Symbol.asyncDispose]();
});

const change = (seq: number, path: string, is_append: boolean, content: string) =>
  void database.tables.file_change.push({ seq, path, is_append, content, written_by: 'mallory' });

test.each(
  sampled(
    [
      ['an unknown file', '../../../etc/cron.d/x', false],
      ['a file of a newer form', 'notes.json', false],
      ['an appended file that only is replaced', 'resets.json', true],
      ['a list of records that would be replaced', 'incidents/INC-1.jsonl', false],
    ],
    everyNth(3),
  ),
)('%s is not written, and does not keep anyone from acting', async (_, path, isAppend) => {
  change(1, path, isAppend, 'owned\n');
  change(2, 'incidents/INC-2.jsonl', true, 'kept\n');
  expect(await state.admission?.()).toEqual({
    is: 'open',
    why: `shared in ${database.url.replace(/^.*@/, '')}; 1 foreign row of opsdeck.file_change ignored, the last by mallory: ${JSON.stringify(path)}`,
  });
  expect((await readdir(state.dir, { recursive: true })).sort()).toEqual([
    'incidents',
    'incidents/INC-2.jsonl',
    'mirror.json',
  ]);
  expect(await readFile(join(state.dir, 'incidents/INC-2.jsonl'), 'utf8')).toBe('kept\n');
});

test('a row without a valid number stops acting, and nothing of it is kept', async () => {
  change(2 ** 62, 'resets.json', false, '{}');
  expect(await state.admission?.()).toMatchObject({
    is: 'refused',
    why: expect.stringContaining('file_change'),
  });
  expect((await readdir(state.dir)).filter((name) => name.startsWith('resets'))).toEqual([]);
  database.tables.file_change.splice(0);
  expect(await state.admission?.()).toMatchObject({ is: 'open' });
});

const noted = (text: string): LedgerEntry => ({
  ...{ at: 1, who: { user: 'ana', host: 'vm', pid: 1 }, system: 'shop', env: 'live' },
  entry: { event: 'noted', run: 'r1', at: 1, text },
});
const acting: LedgerEntry = {
  ...noted(''),
  entry: { event: 'acting', run: 'r1', at: 1, step: 'a1', title: 'Restart' },
};

test.each(
  sampled(
    [
      ['is not a record', 'garbage', 'the line is not a record that opsdeck has written'],
      [
        'is no next record',
        chainRecord(noted('x'), { count: 1, hash: 'f'.repeat(64) }).line,
        'record 2 does not follow record 1',
      ],
    ],
    everyNth(2),
  ),
)(
  'a row of the ledger that %s stops acting and names its writer; its removal brings everything back',
  async (_, line, why) => {
    const ledger = await state.openLedger();
    await ledger.append(noted('first'));
    database.tables.ledger.push({ seq: 2, hash: 'x', prev: 'y', line, run: 'r', written_by: 'mallory' });
    const names = `row 2 of opsdeck.ledger, written by "mallory", does not continue the ledger`;
    const remedy = 'Nothing can be changed until the owner of the tables removes the row';
    expect(await state.admission?.()).toMatchObject({
      is: 'refused',
      why: expect.stringMatching(new RegExp(`^${names} in .*: ${why}. ${remedy}$`)),
    });
    await expect(ledger.append(acting)).rejects.toThrow(`${names}: ${why}. ${remedy}`);
    // What has happened is kept on this machine: nothing continues the row.
    await ledger.append(noted('second'));
    expect(database.tables.ledger.map(({ seq }) => seq)).toEqual([1, 2]);
    database.tables.ledger.splice(1);
    expect(await state.admission?.()).toMatchObject({ is: 'open' });
    const texts = database.tables.ledger.map((row) => parseLedgerRecord(String(row.line))?.entry);
    expect(texts).toMatchObject([{ text: 'first' }, { text: 'second' }]);
    await ledger.append(acting);
    expect(await verifyLedger(state.dir)).toMatchObject({ count: 3 });
  },
);

test.each(sampled(['null', 'x', '{"a":1}', '[1,2]', '["\\u001b[2Jana","h","r","b"]'], everyNth(4)))(
  'a lock whose row names the holder as %s still holds',
  async (holder) => {
    const run = { who: 'ana', host: 'vm', run: 'r1', runbook: 'b', at: 0 };
    const first = await state.locks.take(['bus'], run);
    expect('release' in first).toBe(true);
    for (const [index, row] of database.tables.target_lock.entries())
      database.tables.target_lock[index] = { ...row, holder };
    const known = holder.startsWith('["');
    const conflict = await state.locks.take(['bus'], { ...run, run: 'r2' });
    expect(conflict).toMatchObject({
      key: 'bus',
      ...(known ? { note: { who: 'ana', host: 'h', run: 'r', runbook: 'b' } } : {}),
    });
    expect('note' in conflict).toBe(known);
    expect(await state.runningRuns?.()).toEqual(new Set(known ? ['r'] : []));
  },
);
