import { expect, test } from 'vitest';
import type { Proposal } from '../../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import { createLedgerJournal, withLedgerEntries } from '../../../src/engine/journal/ledger-journal.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { tempDir } from '../../persistence/ledger/entries.ts';
import { proposed } from '../../screens/support/runs.ts';

const wall = Date.parse('2026-03-04T10:15:00.000Z');
/** The engine's clock starts at 0; the wall clock is ahead by this. */
const clock = { wallNow: () => wall, wallOffset: () => wall - 600_000 };

const planOf = (more: Partial<Proposal>): Proposal => {
  const { proposal } = proposed(more);
  if (proposal === undefined) throw new Error('no proposal');
  return proposal;
};

/** The records of one run by another process, which ended a minute ago. */
const written = async (
  dir: string,
  run: string,
  {
    env = 'production',
    ending = 'recovered',
    ...more
  }: Partial<Proposal> & { ending?: 'recovered' | 'declined' } = {},
): Promise<void> => {
  const ledger = await openLedger(dir);
  const events: readonly RunEvent[] = [
    { run, at: 0, event: 'planned', proposal: planOf({ run, env, ...more }) },
    { run, at: 0, event: 'gated', passed: true, why: '' },
    { run, at: 0, event: 'acting', step: 'a1', title: 'Close it' },
    { run, at: 0, event: 'acted', step: 'a1', ok: true, result: '200' },
    { run, at: 0, event: 'ended', ending, why: 'psp is closed', sent: [] },
  ];
  for (const [nth, entry] of events.entries())
    await ledger.append({
      at: wall - 60_000 + nth * 1000,
      who: { user: 'ben', host: 'ops-2', pid: 4711 },
      system: 'shop',
      env,
      entry,
    });
};

const here = { system: 'shop', env: 'production', isSimulated: false };

test('the runs of other processes become entries of the journal, at their own time and with who did them', async () => {
  await using dir = await tempDir();
  await written(dir.path, 'r1');
  const journal = createLedgerJournal(dir.path, here, clock);
  const entries = await journal.read();
  expect(entries.map(({ at, what, change, by, run }) => [at, what, change, by, run])).toEqual([
    [541_000, 'Close a circuit breaker', 'started', 'ben@ops-2', 'r1'],
    [543_000, 'Close a circuit breaker', 'Close it (psp): 200', 'ben@ops-2', 'r1'],
    [544_000, 'Close a circuit breaker', 'RECOVERED: psp is closed', 'ben@ops-2', 'r1'],
  ]);
});

test('each record is read once, and other environments are left out', async () => {
  await using dir = await tempDir();
  await written(dir.path, 'r1');
  await written(dir.path, 'r2', { env: 'staging' });
  const journal = createLedgerJournal(dir.path, here, clock);
  expect((await journal.read()).map(({ run }) => run)).toEqual(['r1', 'r1', 'r1']);
  expect(await journal.read()).toEqual([]);
  await written(dir.path, 'r3');
  expect((await journal.read()).map(({ run }) => run)).toEqual(['r3', 'r3', 'r3']);
});

test('a drill is marked in a real environment; in a simulated one nothing of other processes has happened', async () => {
  await using dir = await tempDir();
  await written(dir.path, 'r1', { drill: true });
  const [first] = await createLedgerJournal(dir.path, here, clock).read();
  expect(first).toMatchObject({ kind: 'run', drill: true });
  expect(await createLedgerJournal(dir.path, { ...here, isSimulated: true }, clock).read()).toEqual([]);
});

test('entries that the journal has already are not added again', async () => {
  await using dir = await tempDir();
  await written(dir.path, 'r1');
  const entries = await createLedgerJournal(dir.path, here, clock).read();
  const own = entries.slice(0, 2).map(({ by: _, ...entry }) => ({ ...entry, at: entry.at + 3 }));
  const merged = withLedgerEntries(own, entries);
  expect(merged.map(({ change }) => change)).toEqual([
    'started',
    'Close it (psp): 200',
    'RECOVERED: psp is closed',
  ]);
});

test('an unreadable or missing ledger has no entries', async () => {
  await using dir = await tempDir();
  expect(await createLedgerJournal(dir.path, here, clock).read()).toEqual([]);
});
