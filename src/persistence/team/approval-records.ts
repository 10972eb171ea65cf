import type { ApprovalRecord } from '../../domain/runs/approval.ts';
import { verifyNext } from '../ledger/chain.ts';
import { ledgerPosition } from '../ledger/ledger.ts';
import { LedgerError } from '../ledger/ledger-error.ts';
import { readableRecord } from '../ledger/ledger-record.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { type AskState, fromHex, type StateDatabase } from './database/database.ts';

/** Few enough that their hex text stays below the client's limit of a response. */
const recordsPerRead = 40;

interface StoredRecord {
  readonly hash: string;
  readonly record: ApprovalRecord;
}

/** The records of a run in the database, each checked against its own hash. */
const storedRecords = async (ask: AskState, run: string): Promise<readonly StoredRecord[]> => {
  const stored: StoredRecord[] = [];
  for (;;) {
    const rows = await ask(
      "SELECT seq, hash, prev, encode(convert_to(line, 'UTF8'), 'hex') AS line, written_by FROM opsdeck.ledger WHERE run = $1 AND seq > $2 ORDER BY seq LIMIT $3",
      [run, stored.at(-1)?.record.seq ?? 0, recordsPerRead],
    );
    for (const row of rows) {
      const hash = row.hash ?? '';
      const step = verifyNext({ count: Number(row.seq) - 1, hash: row.prev ?? '' }, fromHex(row.line));
      if (step.is !== 'next' || step.link.hash !== hash)
        throw new LedgerError(`record ${row.seq} of the state database has been changed`);
      const { seq, who, host, system, env, merged, entry, proof } = readableRecord(step.record);
      const role = row.written_by ?? '';
      stored.push({
        hash,
        record: {
          ...{ seq, user: who, host, role, system, env, merged: merged !== undefined, entry },
          ...(proof === undefined ? {} : { isSealed: true as const }),
        },
      });
    }
    if (rows.length < recordsPerRead) return stored;
  }
};

/**
 * The records of a run as the database has them, with the user that wrote each, which the database sets. The copy of this
 * machine, whose chain was verified when it was received, must have the same ones: nothing is taken from it, because a
 * person can edit it. Rejects with a StateDatabaseError, or a LedgerError where both differ.
 */
export const readApprovalRecords = async (
  database: StateDatabase,
  dir: string,
  run: string,
): Promise<readonly ApprovalRecord[]> => {
  const stored = await database.read((ask) => storedRecords(ask, run));
  const { count } = await ledgerPosition(dir);
  const received = new Set((await readLedger(dir, { run })).map(({ hash }) => hash));
  const lacking = stored.find(({ hash, record }) => record.seq <= count && !received.has(hash));
  if (lacking !== undefined)
    throw new LedgerError(
      `record ${lacking.record.seq} of the state database differs from the copy that this machine received in ${dir}: run opsdeck audit verify`,
    );
  return stored.map(({ record }) => record);
};
