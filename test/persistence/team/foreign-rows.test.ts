import { mkdtempSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StateStore } from '../../../src/persistence/state-store.ts';
import { createTeamState } from '../../../src/persistence/team-state.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { openTransport } from '../../../src/platform/transport.ts';
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

test.each([
  ['an unknown file', '../../../etc/cron.d/x', false],
  ['a file of a newer form', 'notes.json', false],
  ['an appended file that only is replaced', 'resets.json', true],
  ['a list of records that would be replaced', 'incidents/INC-1.jsonl', false],
])('%s is not written, and does not keep anyone from acting', async (_, path, isAppend) => {
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

test.each(['null', 'x', '{"a":1}', '[1,2]', '["\\u001b[2Jana","h","r","b"]'])(
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
