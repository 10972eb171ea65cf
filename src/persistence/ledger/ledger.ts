import type { TargetLease } from '../../platform/files/target-locks.ts';
import { createSerialQueue } from '../../platform/runtime/serial-queue.ts';
import type { ForwardedRecord } from './audit-forwarder.ts';
import {
  type ChainPosition,
  chainRecord,
  chainStart,
  stepProblem,
  unknownPreviousHash,
  verifyNext,
} from './chain.ts';
import { type LedgerFileOptions, type LockedLedger, ledgerFile } from './file.ts';
import { BrokenLedgerError, LedgerRefusal } from './ledger-error.ts';
import type { LedgerEntry } from './ledger-record.ts';
import { formatLedgerHead, type LedgerHead, parseLedgerHead, parseLedgerRecord } from './ledger-record.ts';
import { type NewestLines, newestLinesOf, newestLinesOfBoth } from './newest-lines.ts';
import { readLedgerFile } from './read-ledger.ts';

/**
 * A condition of an entry, judged under the lock of the ledger: between its reads and the entry no other process appends.
 * Resolves to why the entry is refused, or undefined.
 */
export type EntryCondition = (newest: NewestLines) => Promise<string | undefined>;

/** Judges the condition of an entry. Throws LedgerRefusal. */
export const requireCondition = async (
  condition: EntryCondition | undefined,
  newest: NewestLines,
): Promise<void> => {
  const refusal = await condition?.(newest);
  if (refusal !== undefined) throw new LedgerRefusal(refusal);
};

/** Append-only record of every run in every environment, shared by all processes of a state directory. */
export interface Ledger {
  /** Path of `audit.jsonl`. */
  readonly path: string;
  /**
   * Resolves once the entry is chained and on disk. Rejects with a LedgerError. `fence`: the lease under which the entry's
   * action is sent. A ledger that several machines share refuses the entry when it is no longer held. Rejects with a
   * LedgerRefusal when `condition` refuses it.
   */
  append(entry: LedgerEntry, fence?: TargetLease, condition?: EntryCondition): Promise<void>;
}

const writeHead = (files: LockedLedger, link: ChainPosition, bytes: number): Promise<void> => {
  const head: LedgerHead = { ...link, bytes };
  return files.writeHead(formatLedgerHead(head));
};

/** Returns the end of the chain after all records in `tail` that continue it; skips other lines. */
const endOf = (from: ChainPosition, tail: string): ChainPosition => {
  let link = from;
  for (const line of tail.split('\n')) {
    const step = verifyNext(link, line);
    if (step.is === 'next') link = step.link;
  }
  return link;
};

/**
 * Returns the position that the next record continues. It trusts the head, not the file, so that the gap of a
 * truncated tail stays visible. Valid records after the head come from a process that died before it could
 * update the head. The head is repaired first, so it is never more than one record behind. A head that was
 * lost over several records is not repaired.
 */
const endOfChain = async (files: LockedLedger): Promise<ChainPosition> => {
  const text = await files.head();
  const head = text === undefined ? undefined : parseLedgerHead(text);
  const from = head ?? { ...chainStart, bytes: 0 };
  const link = endOf(from, await files.tail(from.bytes));
  if (head === undefined && (text !== undefined || link.count > 1))
    return { count: link.count, hash: unknownPreviousHash };
  if (link.count > from.count) {
    // A record that lacks only its newline is complete; the head counts its newline, too.
    const size = (await files.endsWhole()) ? await files.size() : await files.append('\n');
    await writeHead(files, link, size);
  }
  return { count: link.count, hash: link.hash };
};

const appendTo = async (files: LockedLedger, entry: LedgerEntry): Promise<ForwardedRecord> => {
  const { line, link } = chainRecord(entry, await endOfChain(files));
  await writeLines(files, [line], link);
  return forwardedRecord(entry, line, link);
};

/** The form in which copies of the ledger get a record. */
export const forwardedRecord = (
  { at, who: { host, pid }, entry }: LedgerEntry,
  line: string,
  { count: seq, hash }: ChainPosition,
): ForwardedRecord => ({ line, seq, hash, at: new Date(at).toISOString(), host, pid, kind: entry.event });

/** Appends the lines up to the position `link`. A torn line is kept and terminated: a record starts on its own line. */
const writeLines = async (
  files: LockedLedger,
  lines: readonly string[],
  link: ChainPosition,
): Promise<void> => {
  const whole = await files.endsWhole();
  const bytes = await files.append(`${whole ? '' : '\n'}${lines.join('\n')}\n`);
  await writeHead(files, link, bytes);
};

/** The position of the ledger of a directory by its head; the start when it has none. Rejects when it cannot be read. */
export const ledgerPosition = async (stateDir: string): Promise<ChainPosition> => {
  const text = await readLedgerFile(stateDir).head();
  const head = text === undefined ? undefined : parseLedgerHead(text);
  return head === undefined ? chainStart : { count: head.count, hash: head.hash };
};

/**
 * Appends records of a chain that another ledger has written, such as that of a database; those which are there already
 * are skipped. Rejects with a BrokenLedgerError when a line does not continue the chain: nothing is written then. `nameOf`: names a
 * line by its index.
 */
export const receiveRecords = (
  stateDir: string,
  lines: readonly string[],
  nameOf: (index: number) => string = () => 'a received record',
): Promise<void> =>
  ledgerFile(stateDir).locked(async (files) => {
    let link = await endOfChain(files);
    let fresh: string[] = [];
    for (const [index, line] of lines.entries()) {
      const step = verifyNext(link, line);
      if (step.is === 'next') {
        link = step.link;
        fresh.push(line);
        // With the first record the head exists, so an interrupted later write can be repaired.
        if (link.count === 1) {
          await writeLines(files, fresh, link);
          fresh = [];
        }
      } else if ((parseLedgerRecord(line)?.seq ?? Number.POSITIVE_INFINITY) > link.count)
        throw new BrokenLedgerError(
          `${nameOf(index)} does not continue the ledger in ${stateDir}: ${stepProblem(step)}`,
        );
    }
    if (fresh.length > 0) await writeLines(files, fresh, link);
  });

export interface LedgerOptions extends LedgerFileOptions {
  /** Called with each record once it is on disk; not awaited. */
  readonly written?: (record: ForwardedRecord, entry: LedgerEntry) => void;
  /** The directory of a ledger with older records, which conditions read, too. */
  readonly olderDir?: string;
}

/**
 * Opens the ledger of a state directory. Opening touches nothing; an unwritable directory shows at the first
 * append.
 */
export const openLedger = async (stateDir: string, options: LedgerOptions = {}): Promise<Ledger> => {
  const file = ledgerFile(stateDir, options);
  const own = newestLinesOf(stateDir);
  const newest =
    options.olderDir === undefined ? own : newestLinesOfBoth(own, newestLinesOf(options.olderDir));
  /** Serializes the appends of this process; a failed one does not block the next. */
  const appends = createSerialQueue();
  return {
    path: file.path,
    append: (entry, _, condition) =>
      appends.run(async () => {
        const record = await file.locked(async (files) => {
          await requireCondition(condition, newest);
          return appendTo(files, entry);
        });
        options.written?.(record, entry);
      }),
  };
};
