import type { ApprovalRecord } from '../../domain/approval.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import type { StateDatabase } from './database.ts';

/**
 * The records of a run: their content from the copy, whose chain was verified when it was received, and the user that wrote
 * each from the database, which sets it. A record without one is left out. Rejects with a StateDatabaseError or a LedgerError.
 */
export const readApprovalRecords = async (
  database: StateDatabase,
  dir: string,
  run: string,
): Promise<readonly ApprovalRecord[]> => {
  const rows = await database.read((ask) =>
    ask('SELECT seq, hash, written_by FROM opsdeck.ledger WHERE run = $1 ORDER BY seq', [run]),
  );
  const written = new Map(rows.map((row) => [row.hash ?? '', row.written_by ?? '']));
  const records = await readLedger(dir, { run });
  return records.flatMap(({ seq, hash, who, host, system, env, merged, entry }) => {
    const role = written.get(hash);
    return role === undefined
      ? []
      : [{ seq, user: who, host, role, system, env, merged: merged !== undefined, entry }];
  });
};
