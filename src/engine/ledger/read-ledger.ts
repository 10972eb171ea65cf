import type { Millis } from '../../domain/fault.ts';
import { readLedgerFile } from '../../io/ledger-reader.ts';
import type { LedgerRecord } from './entry.ts';
import { parseRecord } from './parse-record.ts';

/** Which records; what is left out does not restrict. Times are wall-clock ms, `since` included, `until` not. */
export interface LedgerFilter {
  readonly since?: Millis;
  readonly until?: Millis;
  readonly system?: string;
  readonly env?: string;
  readonly run?: string;
}

const fits = (record: LedgerRecord, filter: LedgerFilter): boolean => {
  const at = Date.parse(record.at);
  return (
    at >= (filter.since ?? Number.NEGATIVE_INFINITY) &&
    at < (filter.until ?? Number.POSITIVE_INFINITY) &&
    (filter.system ?? record.system) === record.system &&
    (filter.env ?? record.env) === record.env &&
    (filter.run ?? record.entry.run) === record.entry.run
  );
};

/**
 * The records of a ledger that fit, oldest first; [] when there is none. Lines that are no records are passed over
 * and nothing is checked: that is what `verifyLedger` is for. Rejects with a LedgerError when it cannot be read.
 */
export const readLedger = async (
  stateDir: string,
  filter: LedgerFilter = {},
): Promise<readonly LedgerRecord[]> => {
  const records: LedgerRecord[] = [];
  for await (const line of readLedgerFile(stateDir).lines()) {
    const record = parseRecord(line);
    if (record !== undefined && fits(record, filter)) records.push(record);
  }
  return records;
};
