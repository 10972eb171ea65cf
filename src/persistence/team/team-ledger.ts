import { errorMessage } from '../../domain/text/error-message.ts';
import type { TargetLease } from '../../platform/files/target-locks.ts';
import { createSerialQueue } from '../../platform/runtime/serial-queue.ts';
import { StateDatabaseError } from '../files/state-database-error.ts';
import { type ChainPosition, chainRecord } from '../ledger/chain.ts';
import {
  type EntryCondition,
  forwardedRecord,
  type Ledger,
  type LedgerOptions,
  ledgerPosition,
  requireCondition,
} from '../ledger/ledger.ts';
import { BrokenLedgerError, LedgerError } from '../ledger/ledger-error.ts';
import type { LedgerEntry } from '../ledger/ledger-record.ts';
import { type NewestLines, newestLinesOf, newestLinesOfBoth } from '../ledger/newest-lines.ts';
import { ledgerPath } from '../ledger/read-ledger.ts';
import { type AskState, fromHex, type StateDatabase } from './database/database.ts';
import { sharedLedgerEnd } from './ledger-end.ts';
import type { Mirror } from './mirror.ts';
import { notifyOthers } from './team-files.ts';
import { areTokensHeld } from './team-locks.ts';

/** Serializes appends until the commit, so that numbers are committed in order. */
export const lockLedger = async (ask: AskState): Promise<void> => {
  await ask('SELECT pg_advisory_xact_lock(1869640548, 1)');
};

/** Appends an entry to the chain, under the lock of the ledger. `origin`: its hash in the ledger that it is merged from. */
export const insertRecord = async (
  ask: AskState,
  entry: LedgerEntry,
  origin: string | null = null,
): Promise<{ readonly line: string; readonly link: ChainPosition }> => {
  // A statement of its own: its snapshot is taken after the lock.
  const after = await sharedLedgerEnd(ask);
  const { line, link } = chainRecord(entry, after);
  await ask(
    'INSERT INTO opsdeck.ledger (seq, hash, prev, line, run, origin) VALUES ($1, $2, $3, $4, $5, $6)',
    [link.count, link.hash, after.hash, line, entry.entry.run, origin],
  );
  await ask(notifyOthers);
  return { line, link };
};

/** Few enough that their hex text stays below the client's limit of a response. */
const recordsPerRead = 40;

/** The newest lines of the shared ledger: those which the copy lacks are read from the database. */
export const newestSharedLines = (ask: AskState, dir: string): NewestLines => {
  const uncopied: NewestLines = async (goOn) => {
    const { count } = await ledgerPosition(dir);
    let before: string | null = null;
    for (;;) {
      const records: Awaited<ReturnType<AskState>> = await ask(
        "SELECT seq, encode(convert_to(line, 'UTF8'), 'hex') AS line FROM opsdeck.ledger WHERE seq > $1 AND ($2::bigint IS NULL OR seq < $2::bigint) ORDER BY seq DESC LIMIT $3",
        [count, before, recordsPerRead],
      );
      for (const { line } of records) if (!goOn(fromHex(line))) return true;
      if (records.length < recordsPerRead) return true;
      before = records.at(-1)?.seq ?? null;
    }
  };
  return newestLinesOfBoth(uncopied, newestLinesOf(dir));
};

/**
 * Events that the shared ledger must have before something is sent. The others tell what has happened, a refusal included:
 * while the database is unavailable, or its chain is broken, they are kept on this machine, and merged later.
 */
const beforeSending: ReadonlySet<string> = new Set([
  ...['confirmed', 'reset-scheduled', 'acting'],
  // An approval that the others cannot read is none, and a refusal must not arrive late.
  ...['approval-requested', 'approved', 'approval-refused', 'approval-withdrawn'],
]);

const reason = (error: unknown): string => errorMessage(error);

interface TeamLedgerParts extends LedgerOptions {
  readonly database: StateDatabase;
  readonly mirror: Mirror;
  /** Keeps records while the database is unavailable. */
  readonly pending: Ledger;
  /** Merges kept records, before the next one is appended. */
  merge(): Promise<void>;
}

/**
 * A ledger that several machines share: the chain is in the database, and readers read the copy. An action is recorded only
 * while its run holds the locks of its targets, in the same transaction.
 */
export const createTeamLedger = ({ database, mirror, pending, merge, written }: TeamLedgerParts): Ledger => {
  const queue = createSerialQueue();

  const insert = async (
    entry: LedgerEntry,
    fence: TargetLease | undefined,
    condition: EntryCondition | undefined,
  ): Promise<void> => {
    await merge();
    const { line, link } = await database.transaction(async (ask) => {
      await lockLedger(ask);
      const tokens = fence?.tokens ?? [];
      if (tokens.length > 0 && !(await areTokensHeld(ask, tokens)))
        throw new LedgerError('the lock of the targets has expired or was taken over. Nothing was sent');
      await requireCondition(condition, newestSharedLines(ask, mirror.dir));
      return insertRecord(ask, entry);
    });
    written?.(forwardedRecord(entry, line, link), entry);
    // Committed: a copy that cannot be read now is read later.
    await database.read(mirror.pull).catch(() => {});
  };

  const append = async (
    entry: LedgerEntry,
    fence: TargetLease | undefined,
    condition: EntryCondition | undefined,
  ): Promise<void> => {
    try {
      await insert(entry, fence, condition);
    } catch (error) {
      const isBroken = error instanceof BrokenLedgerError;
      if (!(isBroken || error instanceof StateDatabaseError)) throw error;
      const isKept = isBroken || error.isAway;
      if (!isKept || beforeSending.has(entry.entry.event)) throw new LedgerError(reason(error));
      await pending.append(entry);
    }
  };

  return {
    path: ledgerPath(mirror.dir),
    append: (entry, fence, condition) => queue.run(() => append(entry, fence, condition)),
  };
};
