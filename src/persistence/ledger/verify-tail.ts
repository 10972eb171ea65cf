import { defined } from '../../domain/base/defined.ts';
import { type ChainPosition, chainStart, verifyNext } from './chain.ts';
import { type LedgerHead, type LedgerRecord, parseLedgerHead, parseLedgerRecord } from './ledger-record.ts';
import { readLedgerFile } from './read-ledger.ts';

/** The newest part of a ledger: its chain, and the records of some runs in it. */
export interface LedgerTail {
  /** The first break on the way back. Absent: the chain holds as far back as it was read. */
  readonly broken?: string;
  /** The records of the runs asked for, oldest first. Absent for a run whose plan is not in the verified part. */
  readonly records: ReadonlyMap<string, readonly LedgerRecord[]>;
}

/** Records read at most: a run before them is not in the verified part. */
const maxRecords = 100_000;

/** The position that a record itself says it continues. */
const positionBefore = (line: string): ChainPosition => {
  const { seq, prev } = parseLedgerRecord(line) ?? { seq: 1, prev: chainStart.hash };
  return { count: seq - 1, hash: prev };
};

/** Why a record is not the one before `next`, or at the end does not fit `audit.head`; undefined when it is. */
const placeProblem = (
  record: LedgerRecord,
  next: LedgerRecord | undefined,
  head: LedgerHead | undefined,
): string | undefined => {
  const { seq, hash } = record;
  if (next !== undefined && (next.seq !== seq + 1 || next.prev !== hash))
    return `record ${next.seq} does not follow record ${seq}`;
  if (next === undefined && seq < (head?.count ?? 0))
    return `records after number ${seq} are missing from the ledger`;
  if (head === undefined) return seq > 1 ? 'audit.head is missing' : undefined;
  return seq === head.count && hash !== head.hash ? `record ${seq} does not match audit.head` : undefined;
};

/** Why the oldest record read is not the first of the ledger; undefined when it is. */
const startProblem = (oldest: LedgerRecord | undefined, head: LedgerHead | undefined): string | undefined => {
  if (oldest === undefined)
    return (head?.count ?? 0) > 0 ? 'records are missing from the end of the ledger' : undefined;
  const isFirst = oldest.seq === 1 && oldest.prev === chainStart.hash;
  return isFirst ? undefined : `records before number ${oldest.seq} are missing from the ledger`;
};

/** Gathers the records of some runs while they are read, newest first. */
const gatherRuns = (runs: ReadonlySet<string>) => {
  const found = new Map<string, LedgerRecord[]>();
  const open = new Set(runs);
  return {
    add: (record: LedgerRecord): void => {
      const { run, event } = record.entry;
      if (!runs.has(run)) return;
      const known = found.get(run) ?? [];
      known.push(record);
      found.set(run, known);
      if (event === 'planned') open.delete(run);
    },
    isWhole: () => open.size === 0,
    tail: (broken?: string): LedgerTail => ({
      ...defined({ broken }),
      records: new Map(
        [...found].flatMap(([run, records]) => (open.has(run) ? [] : [[run, records.toReversed()] as const])),
      ),
    }),
  };
};

/**
 * Verifies the chain of a ledger from its end back to the plan of each of these runs, and returns their records. `audit.head`
 * must name a record of that part. Needs no lock; a record that is written meanwhile is not read. Rejects with a LedgerError.
 */
export const verifyTail = async (stateDir: string, runs: ReadonlySet<string>): Promise<LedgerTail> => {
  const file = readLedgerFile(stateDir);
  const headText = await file.head();
  const head = headText === undefined ? undefined : parseLedgerHead(headText);
  const { add, isWhole, tail } = gatherRuns(runs);
  if (head === undefined && headText !== undefined)
    return tail('audit.head cannot be read: not a whole line as written by opsdeck');
  let oldest: LedgerRecord | undefined;
  let count = 0;
  for await (const { text = '' } of file.newestFirst()) {
    const step = verifyNext(positionBefore(text), text);
    // A torn line was never acknowledged.
    if (step.is === 'torn') continue;
    if (step.is === 'broken') return tail(step.what);
    const problem = placeProblem(step.record, oldest, head);
    if (problem !== undefined) return tail(problem);
    oldest = step.record;
    add(oldest);
    const isAtHead = oldest.seq <= (head?.count ?? 0);
    if ((isWhole() && isAtHead) || ++count >= maxRecords) return tail();
  }
  return tail(startProblem(oldest, head));
};
