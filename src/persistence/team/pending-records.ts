import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { defined } from '../../domain/base/defined.ts';
import { savedTexts } from '../../platform/files/kept-files.ts';
import { orIfAbsent } from '../../platform/files/private-dir.ts';
import { canonicalJson, chainStart, verifyNext } from '../ledger/chain.ts';
import { type Ledger, openLedger } from '../ledger/ledger.ts';
import { LedgerError } from '../ledger/ledger-error.ts';
import { type LedgerEntry, type LedgerRecord, parseLedgerRecord } from '../ledger/ledger-record.ts';
import { ledgerPath, readLedgerFile } from '../ledger/read-ledger.ts';
import { type AskState, fromHex, type StateDatabase } from './database/database.ts';
import { insertRecord, lockLedger } from './team-ledger.ts';

const name = 'merged.json';
const zMerged = z.object({ count: z.int().min(0) });

/** Few enough for one transaction. */
const recordsPerTransaction = 50;

/** Records that could not be written to the state database: a ledger of its own, until they are merged. */
export interface PendingRecords {
  readonly dir: string;
  readonly ledger: Ledger;
  /**
   * Adds what is not merged yet to the shared ledger, in order. Each record gets its place in the shared chain and keeps its
   * hash of the local one, so a repeated or interrupted call adds nothing twice. Rejects when the local chain is broken.
   */
  merge(database: StateDatabase): Promise<void>;
}

/** The entry of a record in the shared chain. */
const mergedEntry = ({
  at,
  who,
  host,
  pid,
  start,
  place,
  system,
  env,
  entry,
  proof,
  ...own
}: LedgerRecord): LedgerEntry => ({
  at: Date.parse(at),
  who: {
    user: who,
    host,
    pid,
    ...defined({ start, place }),
  },
  system,
  env,
  entry,
  ...defined({ proof }),
  merged: { seq: own.seq, prev: own.prev, hash: own.hash },
});

const sameEvent = (record: LedgerRecord, line: string): boolean => {
  const other = parseLedgerRecord(line);
  return (
    other !== undefined &&
    [other.at, other.host, other.pid].join(' ') === [record.at, record.host, record.pid].join(' ') &&
    canonicalJson(other.entry) === canonicalJson(record.entry)
  );
};

/** True if the shared ledger has a record: merged before, or by a commit whose answer was lost. */
const isThere = async (ask: AskState, record: LedgerRecord): Promise<boolean> => {
  const merged = await ask('SELECT seq FROM opsdeck.ledger WHERE origin = $1', [record.hash]);
  if (merged.length > 0) return true;
  const ofRun = await ask(
    "SELECT encode(convert_to(line, 'UTF8'), 'hex') AS line FROM opsdeck.ledger WHERE run = $1 AND origin IS NULL ORDER BY seq DESC LIMIT 40",
    [record.entry.run],
  );
  return ofRun.some(({ line }) => sameEvent(record, fromHex(line)));
};

/** The records of a chain, in order. Throws a LedgerError where it is broken. */
const verifiedRecords = async (dir: string): Promise<readonly LedgerRecord[]> => {
  const records: LedgerRecord[] = [];
  let link = chainStart;
  for await (const { text } of readLedgerFile(dir).lines()) {
    const step = text === undefined ? ({ is: 'torn' } as const) : verifyNext(link, text);
    // A torn line was never acknowledged.
    if (step.is === 'torn') continue;
    if (step.is === 'broken') throw new LedgerError(`the records in ${dir} cannot be merged: ${step.what}`);
    link = step.link;
    records.push(step.record);
  }
  return records;
};

/** Opens the pending records of a copy; performs no I/O. */
export const openPendingRecords = async (mirrorDir: string): Promise<PendingRecords> => {
  const dir = join(mirrorDir, 'pending');
  const texts = savedTexts(dir);
  const mergedCount = async (): Promise<number> => {
    const text = await texts.read(name);
    return text === undefined ? 0 : zMerged.parse(JSON.parse(text)).count;
  };
  /** Size of the ledger when all of it was merged. */
  let mergedSize = 0;
  return {
    dir,
    ledger: await openLedger(dir),
    merge: async (database) => {
      const size = (await stat(ledgerPath(dir)).catch(orIfAbsent(undefined)))?.size ?? 0;
      if (size === mergedSize) return;
      const all = await verifiedRecords(dir);
      for (let from = await mergedCount(); from < all.length; from += recordsPerTransaction) {
        const some = all.slice(from, from + recordsPerTransaction);
        await database.transaction(async (ask) => {
          await lockLedger(ask);
          for (const record of some)
            if (!(await isThere(ask, record))) await insertRecord(ask, mergedEntry(record), record.hash);
        });
        await texts.write(name, `${JSON.stringify({ count: from + some.length })}\n`);
      }
      mergedSize = size;
    },
  };
};
