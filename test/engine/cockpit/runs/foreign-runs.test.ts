import { expect, test } from 'vitest';
import { createRunHistory } from '../../../../src/engine/cockpit/runs/run-history.ts';
import { openLedger } from '../../../../src/persistence/ledger/ledger.ts';
import type { LedgerEntry } from '../../../../src/persistence/ledger/ledger-record.ts';
import { systemClock } from '../../../../src/platform/runtime/clock.ts';
import { createCockpitStore } from '../../../../src/store/cockpit.ts';
import { entriesOf } from '../../../persistence/ledger/a-run.ts';
import { tempDir } from '../../../persistence/ledger/entries.ts';

/** The mark of a run that `ana` reads. `change`: what its records say. */
const markOf = async (change: (entry: LedgerEntry) => LedgerEntry): Promise<string | undefined> => {
  await using dir = await tempDir();
  const cockpit = createCockpitStore();
  const ledger = await openLedger(dir.path);
  for (const entry of entriesOf('r1')) await ledger.append(change(entry));
  const history = createRunHistory(
    cockpit,
    () => ({ dir: dir.path }),
    systemClock(),
    () => undefined,
    () => 'ana',
  );
  await history.read();
  expect(cockpit.getState().runs).toHaveLength(1);
  return cockpit.getState().runs?.[0]?.foreign;
};

const by =
  (user: string) =>
  (ledgerEntry: LedgerEntry): LedgerEntry => ({
    ...ledgerEntry,
    proof: 'sealed',
    who: { ...ledgerEntry.who, user },
  });

test('a run that this user recorded with the proof of its process is not foreign', async () => {
  expect(await markOf(by('ana'))).toBeUndefined();
});

test.each([
  ['of another user', by('ben'), /is from ben, and this account is ana$/],
  [
    'without the proof of its process',
    (ledgerEntry: LedgerEntry) => ledgerEntry,
    /does not say which process wrote the record$/,
  ],
] as const)('a run %s is foreign', async (_, change, why) => {
  expect(await markOf(change)).toMatch(why);
});
