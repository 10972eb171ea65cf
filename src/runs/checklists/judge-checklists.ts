import { type ChecklistRecord, lastEndOf } from '../../domain/checklists/record.ts';
import { type ChecklistStatus, checklistStatus } from '../../domain/checklists/status.ts';
import type { Checklist, Profile } from '../../domain/profile/profile.ts';
import { pastRuns } from '../../persistence/ledger/past-runs.ts';
import { newestRecords } from '../../persistence/ledger/read-ledger.ts';
import type { PastRun } from '../../store/cockpit.ts';
import { type ChecklistSight, createChecklistReader } from './readings.ts';

/** Facts, runs and records by which lists are judged, at one moment. */
interface ChecklistInputs extends Omit<ChecklistSight, 'lastEnd'> {
  /** The records of these lists. */
  readonly records: readonly ChecklistRecord[];
}

/** Runs of the ledger that are searched for evidence. */
const mostRuns = 500;

/**
 * The newest runs of an environment in the ledger, newest first: the evidence of items. Runs on a simulator are evidence for a
 * simulated environment only, and the others for a real one. Rejects with a LedgerError.
 */
export const evidenceRuns = async (
  stateDir: string,
  { system, env }: Pick<Profile, 'system' | 'env'>,
  isSimulated: boolean,
): Promise<readonly PastRun[]> => {
  const all = await pastRuns(newestRecords(stateDir), mostRuns);
  return all.filter(
    (run) => run.system === system && run.env === env && (run.drill === true) === isSimulated,
  );
};

/**
 * Creates the function that judges these lists in their current occurrences. It remembers since when an item has been true:
 * `for` counts from the first call on.
 */
export const createChecklistJudge = (
  lists: readonly Checklist[],
): ((inputs: ChecklistInputs) => readonly ChecklistStatus[]) => {
  const read = createChecklistReader(lists);
  return ({ records, ...sight }) => {
    const { now, wallOffset, zone } = sight;
    const reading = read({ ...sight, lastEnd: (list) => lastEndOf(records, list) });
    return lists.map((list) => checklistStatus(list, { records, reading, now: now + wallOffset, zone }));
  };
};
