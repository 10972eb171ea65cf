import type { Millis } from '../../domain/fault.ts';
import type { LedgerRecord } from './entry.ts';
import type { LedgerLine } from './lines.ts';
import { parseRecord } from './parse-record.ts';
import { readLedgerFile } from './reader.ts';

/** Which records; what is left out does not restrict. Times are wall-clock ms, `since` included, `until` not. */
export interface LedgerFilter {
  readonly since?: Millis;
  readonly until?: Millis;
  readonly system?: string;
  readonly env?: string;
  readonly run?: string;
  readonly who?: string;
}

const fits = (record: LedgerRecord, filter: LedgerFilter): boolean => {
  const at = Date.parse(record.at);
  return (
    at >= (filter.since ?? Number.NEGATIVE_INFINITY) &&
    at < (filter.until ?? Number.POSITIVE_INFINITY) &&
    (filter.system ?? record.system) === record.system &&
    (filter.env ?? record.env) === record.env &&
    (filter.run ?? record.entry.run) === record.entry.run &&
    (filter.who ?? record.who) === record.who
  );
};

async function* recordsIn(lines: AsyncIterable<LedgerLine>): AsyncGenerator<LedgerRecord> {
  for await (const { text } of lines) {
    const record = text === undefined ? undefined : parseRecord(text);
    if (record !== undefined) yield record;
  }
}

/**
 * The records of a ledger that fit, oldest first, by their number and not by their time; one is held at a time. None
 * when there is no ledger. Lines that are no records are passed over and nothing is checked: that is what
 * `verifyLedger` is for. Rejects with a LedgerError when it cannot be read.
 */
export async function* ledgerRecords(
  stateDir: string,
  filter: LedgerFilter = {},
): AsyncGenerator<LedgerRecord> {
  for await (const record of recordsIn(readLedgerFile(stateDir).lines()))
    if (fits(record, filter)) yield record;
}

/** All records of a ledger, newest first; otherwise like `ledgerRecords`. */
export const newestRecords = (stateDir: string): AsyncGenerator<LedgerRecord> =>
  recordsIn(readLedgerFile(stateDir).newestFirst());

/** The records that fit, all at once: for few. */
export const readLedger = async (
  stateDir: string,
  filter: LedgerFilter = {},
): Promise<readonly LedgerRecord[]> => {
  const records: LedgerRecord[] = [];
  for await (const record of ledgerRecords(stateDir, filter)) records.push(record);
  return records;
};
