import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import type { LedgerActor, LedgerEntry } from '../../../src/persistence/ledger/ledger-record.ts';
import { pastRuns } from '../../../src/persistence/ledger/past-runs.ts';
import { newestRecords } from '../../../src/persistence/ledger/read-ledger.ts';
import { processStart } from '../../../src/platform/processes/process-identity.ts';
import { longTest } from '../../support/layer.ts';
import { aRun, entriesOf } from './a-run.ts';
import { tempDir } from './entries.ts';

const write = async (dir: string, entries: readonly LedgerEntry[]): Promise<void> => {
  const ledger = await openLedger(dir);
  for (const entry of entries) await ledger.append(entry);
};

const runsIn = (dir: string, most = 500) => pastRuns(newestRecords(dir), most);

const noon = Date.parse('2026-03-04T12:00:00Z');

/** The first records of a run by this process, up to `acting`. */
const begunBy = (run: string, who: LedgerActor): readonly LedgerEntry[] =>
  entriesOf(run)
    .slice(0, 5)
    .map((entry) => ({ ...entry, who }));

test('a run consists of its records: plan, ending, later events', async () => {
  await using dir = await tempDir();
  const after: readonly RunEvent[] = [
    { run: 'r1', at: 7000, event: 'watching', until: 607_000 },
    { run: 'r1', at: 9000, event: 'noted', text: 'notified the provider' },
    { run: 'r1', at: 11_000, event: 'relapsed', proofs: [], why: 'broker is open' },
    { run: 'r1', at: 12_000, event: 'noted', text: 'called Bea' },
  ];
  const [ledgerEntry] = entriesOf('r1', noon);
  if (ledgerEntry === undefined) throw new Error('no entry');
  await write(dir.path, [
    ...entriesOf('r1', noon),
    ...after.map((entry) => ({ ...ledgerEntry, at: noon + entry.at, entry })),
  ]);
  expect(await runsIn(dir.path)).toEqual([
    {
      run: 'r1',
      runbook: 'close-breaker',
      title: 'Close a circuit breaker',
      system: 'demo',
      env: 'production',
      who: 'ana',
      host: 'vm-1',
      params: { name: 'broker' },
      at: noon,
      lastAt: noon + 12_000,
      actedAt: noon + 5_003,
      endedAt: noon + 6_000,
      ending: 'recovered',
      why: 'It stays closed',
      targets: ['broker'],
      relapsed: true,
      notes: ['notified the provider', 'called Bea'],
    },
  ]);
});

longTest('a run without an ending is running, interrupted, or unknown from here', async () => {
  await using dir = await tempDir();
  const start = (await processStart(process.pid)) ?? '';
  const dead = spawn(process.execPath, ['-e', '0']);
  await once(dead, 'exit');
  const here = { user: 'ana', host: hostname() };
  await write(dir.path, [
    ...begunBy('goes-on', { ...here, pid: process.pid, start }),
    ...begunBy('died', { ...here, pid: dead.pid ?? 0 }),
    ...begunBy('its-id-is-anothers', { ...here, pid: process.pid, start: 'before the reboot' }),
    ...begunBy('elsewhere', { user: 'ana', host: 'vm-9', pid: 12 }),
  ]);
  expect(
    (await runsIn(dir.path)).map(({ run, unended, why, ending }) => ({ run, unended, why, ending })),
  ).toEqual([
    {
      run: 'elsewhere',
      unended: 'unknown',
      why: 'the run is in progress or was interrupted on vm-9: opsdeck cannot check the process from this machine',
    },
    {
      run: 'its-id-is-anothers',
      unended: 'died',
      why: 'the run was interrupted, because the process of opsdeck died',
    },
    { run: 'died', unended: 'died', why: 'the run was interrupted, because the process of opsdeck died' },
    { run: 'goes-on', unended: 'going', why: `running in process ${process.pid} on ${hostname()}` },
  ]);
});

test('a note by another process does not revive an interrupted run', async () => {
  await using dir = await tempDir();
  const dead = spawn(process.execPath, ['-e', '0']);
  await once(dead, 'exit');
  const who = { user: 'ana', host: hostname(), pid: dead.pid ?? 0 };
  const [entry] = entriesOf('r1');
  if (entry === undefined) throw new Error('no entry');
  const note: RunEvent = { run: 'r1', at: 9000, event: 'noted', text: 'what was this?' };
  await write(dir.path, [
    ...begunBy('r1', who),
    { ...entry, who: { user: 'bea', host: hostname(), pid: process.pid }, entry: note },
  ]);
  expect(await runsIn(dir.path)).toMatchObject([{ who: 'ana', unended: 'died', notes: ['what was this?'] }]);
});

test('an approver says nothing about the process of a run', async () => {
  await using dir = await tempDir();
  const dead = spawn(process.execPath, ['-e', '0']);
  await once(dead, 'exit');
  const [ledgerEntry, ...others] = begunBy('r1', { user: 'ana', host: hostname(), pid: dead.pid ?? 0 });
  if (ledgerEntry === undefined) throw new Error('no entry');
  const start = (await processStart(process.pid)) ?? '';
  const bea = { user: 'bea', host: hostname(), pid: process.pid, start };
  const approved = (run: string): LedgerEntry => ({
    ...{ ...ledgerEntry, who: bea },
    entry: { run, at: 1, event: 'approved', plan: 'p1' },
  });
  // The plan of a process whose database was unavailable is merged after the approval.
  await write(dir.path, [approved('r1'), ledgerEntry, ...others, approved('r1'), approved('only')]);
  expect(await runsIn(dir.path)).toMatchObject([
    { run: 'only', unended: 'unknown' },
    { run: 'r1', who: 'ana', unended: 'died' },
  ]);
});

test('the first ending of a run counts; a second one is ignored', async () => {
  await using dir = await tempDir();
  const [entry] = entriesOf('r1');
  if (entry === undefined) throw new Error('no entry');
  const again: RunEvent = {
    run: 'r1',
    at: 9000,
    event: 'ended',
    ending: 'forbidden',
    why: 'answered before',
    sent: [],
  };
  await write(dir.path, [...entriesOf('r1'), { ...entry, entry: again }]);
  expect(await runsIn(dir.path)).toMatchObject([{ ending: 'recovered' }]);
});

test('runs are sorted by record number, newest first, regardless of the clock', async () => {
  await using dir = await tempDir();
  await write(dir.path, [...entriesOf('r1', noon), ...entriesOf('r2', noon - 7_200_000)]);
  expect((await runsIn(dir.path)).map(({ run }) => run)).toEqual(['r2', 'r1']);
});

longTest('reads no more than requested, and omits runs that are only partly in that range', async () => {
  await using dir = await tempDir();
  const mixed = [entriesOf('r2'), entriesOf('r3')];
  // r1 began first and ended last.
  const [first, ...others] = entriesOf('r1');
  if (first === undefined) throw new Error('no entry');
  await write(dir.path, [...entriesOf('r0'), first, ...mixed.flat(), ...others]);
  let read = 0;
  const counted = async function* () {
    for await (const record of newestRecords(dir.path)) {
      read++;
      yield record;
    }
  };
  const runs = await pastRuns(counted(), 2);
  expect(runs.map(({ run }) => run)).toEqual(['r3', 'r2']);
  expect(read).toBe(others.length + 2 * aRun('').length);
  expect((await runsIn(dir.path)).map(({ run }) => run)).toEqual(['r3', 'r2', 'r1', 'r0']);
});

test('a run says which dangers its begun steps had, not those of steps that it never reached', async () => {
  await using dir = await tempDir();
  const planned = (['read', 'safe', 'disruptive'] as const).map((danger, index) => ({
    ...{ id: `a${index}`, title: danger, manual: false, danger },
    gate: { arm: false, confirm: false, preview: true, typed: false, windowMs: 0 },
  }));
  const entries = entriesOf('r1', noon).map((ledgerEntry): LedgerEntry => {
    const { entry } = ledgerEntry;
    if (entry.event === 'planned')
      return { ...ledgerEntry, entry: { ...entry, proposal: { ...entry.proposal, steps: planned } } };
    return entry.event === 'acting' ? { ...ledgerEntry, entry: { ...entry, step: 'a1' } } : ledgerEntry;
  });
  await write(dir.path, entries);
  expect(await runsIn(dir.path)).toMatchObject([{ run: 'r1', begun: ['safe'] }]);
});
