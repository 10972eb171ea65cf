import type { JournalEntry } from '../../domain/journal.ts';
import type { Snapshot } from '../../domain/snapshot.ts';
import { createAlertChanges } from './alerts.ts';
import { foldBursts } from './bursts.ts';
import { type Change, entryOf } from './change.ts';
import { createFlaps } from './flaps.ts';
import { sourceStandings } from './sources.ts';
import { createComparison } from './standing.ts';
import { verdictStandings } from './verdicts.ts';
import { createWorkloadChanges, workloadStandings } from './workloads.ts';

/** A thing whose verdict changed need not be told to have been started again as well. */
const withoutVerdicts = (changes: readonly Change[], verdicts: readonly Change[]): readonly Change[] => {
  const rows = new Set(verdicts.map(({ row }) => row));
  return changes.filter(({ kind, row }) => kind !== 'verdict' || !rows.has(row));
};

/**
 * Tells what changed between two looks at one environment: verdicts, alerts, what runs and how it is set up, sources.
 * At most 20 entries a look, whatever happens; the first known state of anything tells nothing.
 */
export const createTeller = (): ((snapshot: Snapshot) => readonly JournalEntry[]) => {
  const compare = createComparison();
  const alerts = createAlertChanges();
  const workloads = createWorkloadChanges();
  const fold = createFlaps();
  return (snapshot) => {
    const standings = [
      ...verdictStandings(snapshot),
      ...workloadStandings(snapshot),
      ...sourceStandings(snapshot),
    ];
    const verdicts = compare(standings, snapshot.at);
    const changes = [...withoutVerdicts(workloads(snapshot), verdicts), ...verdicts, ...alerts(snapshot)];
    return fold(foldBursts(changes), snapshot.at).map(entryOf);
  };
};
