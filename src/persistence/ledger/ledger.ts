import type { ForwardedRecord } from './audit-forwarder.ts';
import { type ChainPosition, chainRecord, chainStart, unknownPreviousHash, verifyNext } from './chain.ts';
import { type LedgerFileOptions, type LockedLedger, ledgerFile } from './file.ts';
import type { LedgerEntry } from './ledger-record.ts';
import { formatLedgerHead, type LedgerHead, parseLedgerHead } from './ledger-record.ts';

/** Append-only record of every run in every environment, shared by all processes of a state directory. */
export interface Ledger {
  /** Path of `audit.jsonl`. */
  readonly path: string;
  /** Resolves once the entry is chained and on disk. Rejects with a LedgerError. */
  append(entry: LedgerEntry): Promise<void>;
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
  // A torn line is kept and terminated, so that the record starts on its own line.
  const whole = await files.endsWhole();
  const bytes = await files.append(`${whole ? '' : '\n'}${line}\n`);
  await writeHead(files, link, bytes);
  const { host, pid } = entry.who;
  const at = new Date(entry.at).toISOString();
  return { line, seq: link.count, hash: link.hash, at, host, pid, kind: entry.entry.event };
};

export interface LedgerOptions extends LedgerFileOptions {
  /** Called with each record once it is on disk; not awaited. */
  readonly written?: (record: ForwardedRecord, entry: LedgerEntry) => void;
}

/**
 * Opens the ledger of a state directory. Opening touches nothing; an unwritable directory shows at the first
 * append.
 */
export const openLedger = async (stateDir: string, options: LedgerOptions = {}): Promise<Ledger> => {
  const file = ledgerFile(stateDir, options);
  /** Serializes the appends of this process; a failed one does not block the next. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    path: file.path,
    append: (entry) => {
      const work = async (): Promise<void> => {
        const record = await file.locked((files) => appendTo(files, entry));
        options.written?.(record, entry);
      };
      const done = last.then(work, work);
      last = done.catch(() => {});
      return done;
    },
  };
};
