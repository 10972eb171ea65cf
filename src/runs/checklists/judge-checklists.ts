import { defined } from '../../domain/base/defined.ts';
import { isDecidedByCheck } from '../../domain/checklists/modes/item-mode.ts';
import { type ChecklistRecord, lastEndOf } from '../../domain/checklists/record.ts';
import { type ChecklistStatus, checklistStatus } from '../../domain/checklists/status.ts';
import type { Checklist, Profile } from '../../domain/profile/profile.ts';
import type { ApprovalRule } from '../../domain/runbooks/guard.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { pastRuns } from '../../persistence/ledger/past-runs.ts';
import { newestRecords } from '../../persistence/ledger/read-ledger.ts';
import type { StateStore } from '../../persistence/state-store.ts';
import type { PastRun } from '../../store/cockpit.ts';
import { foreignProblem, writtenThere } from '../records/foreign-records.ts';
import { createForeignRuns } from '../records/foreign-runs.ts';
import { type ChecklistSight, createChecklistReader, isEvidence } from './readings.ts';

/** Facts, runs and records by which lists are judged, at one moment. */
interface ChecklistInputs extends Omit<ChecklistSight, 'lastEnd'> {
  /** The records of these lists. */
  readonly records: readonly ChecklistRecord[];
}

/** Runs of the ledger that are searched for evidence. */
const mostRuns = 500;

/** By what the writer of a record is known. */
export interface EvidenceWriters {
  /** The account of this process, as in the ledger. Undefined: it is unknown, and nothing is judged. */
  readonly user: string | undefined;
  /** The records of a run in the shared ledger. Absent: the state is that of this machine. */
  readonly approvals?: StateStore['approvals'] | undefined;
}

/** The runbooks whose runs decide an item. */
const decidingRunbooks = ({ checklists = [] }: Pick<Profile, 'checklists'>): ReadonlySet<string> =>
  new Set(
    checklists.flatMap(({ items }) =>
      items.flatMap((item) => (item.runbook !== undefined && isDecidedByCheck(item) ? [item.runbook] : [])),
    ),
  );

/** Why the records of a run in a state database do not show who wrote them; undefined when they do. */
const foreignThere = async (
  run: string,
  read: NonNullable<StateStore['approvals']>,
  user: string,
  users: ApprovalRule['users'],
): Promise<string | undefined> => {
  try {
    return foreignProblem((await read(run)).map(writtenThere), user, users);
  } catch (error) {
    return `opsdeck cannot read who wrote the records of the checklist: ${errorMessage(error)}`;
  }
};

/** Marks the newest run of each runbook that decides an item, whose records a colleague may have forged. */
const markedThere = (
  runs: readonly PastRun[],
  profile: Pick<Profile, 'checklists' | 'guard'>,
  read: NonNullable<StateStore['approvals']>,
  user: string,
): Promise<readonly PastRun[]> => {
  const deciding = decidingRunbooks(profile);
  const seen = new Set<string>();
  return Promise.all(
    runs.map(async (run) => {
      if (!deciding.has(run.runbook) || seen.has(run.runbook) || !isEvidence(run)) return run;
      seen.add(run.runbook);
      const foreign = await foreignThere(run.run, read, user, profile.guard.approval?.users);
      return foreign === undefined ? run : { ...run, foreign };
    }),
  );
};

/**
 * The newest runs of an environment in the ledger, newest first: the evidence of items. Runs on a simulator are evidence for a
 * simulated environment only, and the others for a real one. A run whose records do not show who wrote them is marked as foreign.
 * Rejects with a LedgerError.
 */
export const evidenceRuns = async (
  stateDir: string,
  profile: Pick<Profile, 'system' | 'env' | 'checklists' | 'guard'>,
  isSimulated: boolean,
  { user, approvals }: EvidenceWriters,
): Promise<readonly PastRun[]> => {
  const { system, env } = profile;
  const foreign = createForeignRuns({ dir: stateDir, ...defined({ approvals }) }, user);
  const all = await foreign.marked(await pastRuns(foreign.noting(newestRecords(stateDir)), mostRuns));
  const own = all.filter(
    (run) => run.system === system && run.env === env && (run.drill === true) === isSimulated,
  );
  return approvals === undefined || user === undefined ? own : markedThere(own, profile, approvals, user);
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
