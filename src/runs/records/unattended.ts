import type { PendingReset } from '../../domain/runs/pending-reset.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { canonicalJson } from '../../persistence/ledger/chain.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import type { LedgerTail } from '../../persistence/ledger/verify-tail.ts';
import type { OwnRun } from './own-runs.ts';

/** Events that are recorded and not kept in memory: nothing follows from them. */
const unkept: ReadonlySet<RunEvent['event']> = new Set<RunEvent['event']>(['output', 'diagnosed']);

/** True: an event from which something may follow, and that is kept in memory. */
export const isKept = ({ event }: RunEvent): boolean => !unkept.has(event);

/** Records that others may write about a run. */
const byOthers: ReadonlySet<RunEvent['event']> = new Set<RunEvent['event']>([
  ...(['noted', 'approved', 'approval-refused', 'approval-withdrawn'] as const),
]);

/** Why the records of a run are not those that this process has written; undefined when they are, all of them. */
const recordsProblem = (records: readonly LedgerRecord[], { seal, events }: OwnRun): string | undefined => {
  const strange = records.find((record) => !byOthers.has(record.entry.event) && !seal.isOwn(record));
  if (strange !== undefined) return `record ${strange.seq} of the run was not written by this process`;
  const own = records.flatMap((record) => (seal.isOwn(record) && isKept(record.entry) ? [record.entry] : []));
  return canonicalJson(own) === canonicalJson(events)
    ? undefined
    : 'the ledger lacks records that this process wrote for the run';
};

/** The text of a broken ledger, for the header and for what is not carried out. */
export const brokenText = (what: string): string => `the ledger is broken: ${what}`;

/**
 * Explains why a due reset is not carried out without a person; undefined when it may be. This process made the change, with
 * all gates, and the ledger has the records of that, unbroken up to its end.
 */
export const unattendedProblem = (
  { run, step, dueAt }: PendingReset,
  own: OwnRun | undefined,
  tail: LedgerTail,
): string | undefined => {
  if (tail.broken !== undefined) return brokenText(tail.broken);
  const scheduled = own?.dueAt.get(step);
  if (own === undefined || scheduled === undefined)
    return 'another process made the change, and only that process may reset automatically';
  if (scheduled !== dueAt)
    return 'the recorded time of the reset differs from the time that this process set';
  if (!own.isAdmitted) return 'opsdeck does not automatically reset a change that did not pass every gate';
  return recordsProblem(tail.records.get(run) ?? [], own);
};
