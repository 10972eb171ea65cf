import { expect, test } from 'vitest';
import type { ChecklistRecord } from '../../../src/domain/checklists/record.ts';
import type { Checklist } from '../../../src/domain/profile/profile.ts';
import type { Guard } from '../../../src/domain/runbooks/guard.ts';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import type { LedgerEntry } from '../../../src/persistence/ledger/ledger-record.ts';
import { createChecklistJudge, evidenceRuns } from '../../../src/runs/checklists/judge-checklists.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { buildSnapshot } from '../../../src/store/snapshot.ts';
import { entriesOf } from '../../persistence/ledger/a-run.ts';
import { tempDir } from '../../persistence/ledger/entries.ts';
import { frame, noon } from '../../support/made-facts.ts';

/** The entries of a run, planned as a drill or not, in an environment. */
const runIn = (run: string, env: string, isDrill: boolean): readonly LedgerEntry[] =>
  entriesOf(run, noon).map(({ entry, ...rest }) => ({
    ...rest,
    env,
    proof: 'made by its process',
    entry:
      entry.event === 'planned' && isDrill
        ? { ...entry, proposal: { ...entry.proposal, drill: true } }
        : entry,
  }));

const guard: Guard = { readOnly: false, armMs: 900_000, cancelWindowMs: 5000, typed: 'destructive' };
const writers = { user: 'ana' };
const profileOf = (env: string) => ({ system: 'demo', env, guard });

test('the evidence of an environment is its runs, those on a simulator apart from the real ones', async () => {
  await using dir = await tempDir();
  const ledger = await openLedger(dir.path);
  const all = [
    ...runIn('real', 'production', false),
    ...runIn('drill', 'production', true),
    ...runIn('elsewhere', 'staging', false),
  ];
  for (const ledgerEntry of all) await ledger.append(ledgerEntry);
  const idsOf = async (env: string, isSimulated: boolean) =>
    (await evidenceRuns(dir.path, profileOf(env), isSimulated, writers)).map(({ run }) => run);
  expect(await idsOf('production', false)).toEqual(['real']);
  expect(await idsOf('production', true)).toEqual(['drill']);
  expect(await idsOf('staging', true)).toEqual([]);
});

const list: Checklist = {
  ...{ id: 'deploy', title: 'Before a deploy', when: '', covers: [] },
  items: [
    { id: 'restart', title: 'Restart', mode: 'auto', covers: [], runbook: 'close-breaker' },
    { id: 'tell', title: 'Tell support', mode: 'human', covers: [] },
  ],
};

test('a list is judged by its records and by runs since its last end', async () => {
  await using dir = await tempDir();
  const ledger = await openLedger(dir.path);
  for (const ledgerEntry of runIn('r1', 'production', false)) await ledger.append(ledgerEntry);
  const runs = await evidenceRuns(dir.path, profileOf('production'), false, writers);
  const facts = createFactsStore(frame());
  const judge = createChecklistJudge([list]);
  const judgedAt = (now: number, records: readonly ChecklistRecord[]) =>
    judge({
      ...{ snapshot: buildSnapshot(facts.getState(), now), history: {}, now, wallOffset: 0 },
      ...{ runs, zone: 'UTC', called: () => undefined, records },
    })[0]?.items.map(({ state }) => state.is);
  const head = { system: 'demo', env: 'production', list: 'deploy', who: 'ana@desk-3' };
  const done: ChecklistRecord = {
    ...head,
    ...{ occurrence: '#1', at: noon + 20_000, is: 'done', item: 'tell', note: '' },
  };
  expect(judgedAt(noon + 10_000, [])).toEqual(['done', 'open']);
  expect(judgedAt(noon + 30_000, [done])).toEqual(['done', 'done']);
  const end: ChecklistRecord = { ...head, occurrence: '#1', at: noon + 40_000, is: 'end', items: [] };
  expect(judgedAt(noon + 50_000, [done, end])).toEqual(['open', 'open']);
});

test('a run that its records do not show to be of this person decides no item', async () => {
  await using dir = await tempDir();
  const ledger = await openLedger(dir.path);
  for (const { proof: _, ...forged } of runIn('r1', 'production', false)) await ledger.append(forged);
  const runs = await evidenceRuns(dir.path, profileOf('production'), false, writers);
  expect(runs.map(({ foreign }) => foreign)).toEqual([
    'record 1 does not say which process wrote the record',
  ]);
  const others = await evidenceRuns(dir.path, profileOf('production'), false, { user: 'ben' });
  expect(others[0]?.foreign).toBe('record 1 does not say which process wrote the record');
});

test('in a state database the user who wrote the records decides', async () => {
  await using dir = await tempDir();
  const ledger = await openLedger(dir.path);
  const all = runIn('r1', 'production', false);
  for (const ledgerEntry of all) await ledger.append(ledgerEntry);
  const users = { ana: 'db_ana' };
  const approval = { when: 'destructive', forMs: 1, users } as unknown as NonNullable<Guard['approval']>;
  const profile = { ...profileOf('production'), guard: { ...guard, approval }, checklists: [list] };
  const writtenBy = async (role: string) => {
    const approvals = async () =>
      all.map(({ entry }, nth) => ({
        ...{
          seq: nth + 1,
          user: 'ana',
          host: 'vm-1',
          role,
          system: 'demo',
          env: 'production',
          merged: false,
        },
        ...{ isSealed: true as const, entry },
      }));
    return (await evidenceRuns(dir.path, profile, false, { user: 'ana', approvals }))[0]?.foreign;
  };
  expect(await writtenBy('db_ana')).toBeUndefined();
  expect(await writtenBy('db_mallory')).toBe(
    'record 1 claims to be from ana, but the database user db_mallory wrote it, so opsdeck does not trust the run',
  );
});
