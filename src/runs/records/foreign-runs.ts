import type { RunEvent } from '../../domain/runs/run.ts';
import { ledgerOwnerProblem } from '../../persistence/ledger/ledger-owner.ts';
import type { LedgerRecord } from '../../persistence/ledger/ledger-record.ts';
import type { StateStore } from '../../persistence/state-store.ts';
import type { PastRun } from '../../store/cockpit.ts';
import { foreignProblem, isDeciding, type WrittenRecord, writtenHere } from './foreign-records.ts';

/** Marks the runs that are only shown: nothing is carried out that follows from their records. */
interface ForeignRuns {
  /** Passes records on, newest first, and notes who wrote them. */
  noting(records: AsyncIterable<LedgerRecord>): AsyncIterable<LedgerRecord>;
  /** Adds to runs whose records were noted why they are foreign. */
  marked(runs: readonly PastRun[]): Promise<readonly PastRun[]>;
}

const withoutContent = ({ entry, ...record }: WrittenRecord): WrittenRecord => {
  const { run, at } = entry;
  // Only the kind of the event counts, and a plan may be large.
  const kind: Pick<RunEvent, 'event'> = { event: entry.event };
  return { ...record, entry: { run, at, ...kind } as RunEvent };
};

/**
 * Creates the marks of one reading of the ledger. `user`: the account of this process; undefined: it is unknown, and nothing is marked. In a
 * shared state the database knows who wrote a record, and is asked only for the run that is acted on.
 */
export const createForeignRuns = (
  { dir, approvals }: Pick<StateStore, 'dir' | 'approvals'>,
  user: string | undefined,
): ForeignRuns => {
  const written = new Map<string, WrittenRecord[]>();
  const isJudged = user !== undefined && approvals === undefined;
  return {
    async *noting(records) {
      for await (const record of records) {
        const { entry } = record;
        if (isJudged && isDeciding(entry)) {
          const own = written.get(entry.run) ?? [];
          written.set(entry.run, own);
          own.push(withoutContent(writtenHere(record)));
        }
        yield record;
      }
    },
    marked: async (runs) => {
      if (!isJudged) return runs;
      const exposed = await ledgerOwnerProblem(dir);
      return runs.map((run) => {
        const records = (written.get(run.run) ?? []).toReversed();
        const foreign = exposed ?? foreignProblem(records, user, undefined);
        return foreign === undefined ? run : { ...run, foreign };
      });
    },
  };
};
