import fc from 'fast-check';
import { expect } from 'vitest';
import type { Checklist } from '../../src/domain/profile/profile.ts';
import type { Guard } from '../../src/domain/runbooks/guard.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import type { LedgerEntry } from '../../src/persistence/ledger/ledger-record.ts';
import { createChecklistJudge, evidenceRuns } from '../../src/runs/checklists/judge-checklists.ts';
import { checklistRulings, keepsTicks, usedUpRulings } from '../../src/runs/policy/checklists.ts';
import type { PastRun } from '../../src/store/cockpit.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import { entriesOf } from '../persistence/ledger/a-run.ts';
import { tempDir } from '../persistence/ledger/entries.ts';
import { frame, noon } from '../support/made-facts.ts';
import { family } from './support/attack.ts';

const me = 'ana';
const guard: Guard = { readOnly: false, armMs: 900_000, cancelWindowMs: 5000, typed: 'destructive' };
const gated = 'delete-topic';
const list: Checklist = {
  ...{ id: 'delete', title: 'Before a deletion', when: '', covers: [], gates: [gated] },
  items: [{ id: 'backup', title: 'Backup', mode: 'auto', covers: [], runbook: 'close-breaker' }],
};
const profile = { system: 'demo', env: 'production', guard, checklists: [list] };

/** The writer of a forged record, as far as it can be chosen by one who appends to the ledger. */
const writer = fc.record({
  user: fc.constantFrom(me, 'ben', 'аna', 'ana\u200b', 'ANA', ''),
  proof: fc.constantFrom<string | undefined>(undefined, '', 'forged'),
});
type Writer = { readonly user: string; readonly proof: string | undefined };

/** Records that a file owner alone can make are not among them: an own account with a proof. */
const isForged = ({ user, proof }: Writer): boolean => user !== me || proof === undefined;

const writtenBy = ({ who, ...entry }: LedgerEntry, { user, proof }: Writer): LedgerEntry => ({
  ...{ ...entry, who: { ...who, user } },
  ...(proof === undefined ? {} : { proof }),
});

const unmarked = (runs: readonly PastRun[]): readonly PastRun[] => runs.map(({ foreign: _, ...run }) => run);
const same = (runs: readonly PastRun[]): readonly PastRun[] => runs;

const rulingsBy = (runs: readonly PastRun[]) => {
  const now = noon + 10_000;
  const statuses = createChecklistJudge([list])({
    ...{
      snapshot: buildSnapshot(createFactsStore(frame()).getState(), now),
      history: {},
      now,
      wallOffset: 0,
    },
    ...{ runs, zone: 'UTC', called: () => undefined, records: [] },
  });
  return checklistRulings(gated, statuses, undefined);
};

family('forged evidence', ({ attack }) => {
  attack('a forged run completes no item of a checklist that gates another run', {
    rounds: 100,
    inputs: fc.record({ forged: writer.filter(isForged), nth: fc.nat({ max: 6 }), isWhole: fc.boolean() }),
    defense: same,
    sabotaged: unmarked,
    notices: /expected \[ 'passes' \]/,
    holds: async ({ forged, nth, isWhole }, judged) => {
      await using dir = await tempDir();
      const ledger = await openLedger(dir.path);
      const own = { user: me, proof: 'made by its process' };
      // One record is enough: the plan, the act or the ending.
      const deciding = [0, 1, 2, 4, 5, 6][nth % 6];
      for (const [index, entry] of entriesOf('r1', noon).entries())
        await ledger.append(writtenBy(entry, isWhole || index === deciding ? forged : own));
      const runs = judged(await evidenceRuns(dir.path, profile, false, { user: me }));
      expect(rulingsBy(runs).map(({ does }) => does)).toEqual(['forbids']);
    },
    cpuLimitMs: 120_000,
  });

  attack('a forged ending keeps no tick valid for a second run after one that has acted', {
    rounds: 100,
    inputs: fc.record({
      forged: writer.filter(isForged),
      ending: fc.constantFrom(
        ...(['declined', 'forbidden', 'not-applicable', 'dry-run', 'cancelled', 'failed'] as const),
      ),
      hasBegun: fc.boolean(),
    }),
    defense: keepsTicks,
    // Only the word of the ending is believed.
    sabotaged: ({ ending }: Parameters<typeof keepsTicks>[0]) => ending !== undefined,
    notices: /expected \[ true \]/,
    holds: async ({ forged, ending, hasBegun }, keeps) => {
      await using dir = await tempDir();
      const ledger = await openLedger(dir.path);
      const own = { user: me, proof: 'made by its process' };
      // Its process died before its last record.
      const died = entriesOf('r1', noon).slice(0, hasBegun ? 5 : 3);
      for (const entry of died) await ledger.append(writtenBy(entry, own));
      const [first] = died;
      if (first === undefined) return;
      const entry = { run: 'r1', at: 9000, event: 'ended', ending, why: 'x', sent: [] } as const;
      await ledger.append(writtenBy({ ...first, at: noon + 9000, entry }, forged));
      const runs = await evidenceRuns(dir.path, profile, false, { user: me });
      expect(runs.map((run) => keeps(run))).toEqual([false]);
      const status = { ...{ list, occurrence: '#1', items: [], settled: 0 }, beganAt: noon - 1000 };
      const used = { ...status, isOverdue: false, hasEnded: false };
      const rulings = usedUpRulings(
        [used],
        runs.map((run) => ({ ...run, runbook: gated })),
        'r2',
      );
      expect(rulings.map(({ does }) => does)).toEqual(['forbids']);
    },
    cpuLimitMs: 120_000,
  });
});
