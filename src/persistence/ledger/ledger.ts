import type { ForwardedRecord } from './audit-forwarder.ts';
import { type ChainPosition, chainRecord, chainStart, unknownPreviousHash, verifyNext } from './chain.ts';
import { type LedgerFileOptions, type LockedLedger, ledgerFile } from './file.ts';
import type { LedgerEntry } from './ledger-record.ts';
import { formatLedgerHead, type LedgerHead, parseLedgerHead } from './ledger-record.ts';

/** The record of every run of every environment, append-only, shared by all processes of a state dir. */
export interface Ledger {
  /** `audit.jsonl` in full. */
  readonly path: string;
  /** Resolves once the entry is chained and on disk. Rejects with a LedgerError that names the file and says why. */
  append(entry: LedgerEntry): Promise<void>;
}

const writeHead = (files: LockedLedger, link: ChainPosition, bytes: number): Promise<void> => {
  const head: LedgerHead = { ...link, bytes };
  return files.writeHead(formatLedgerHead(head));
};

/** The end of the chain after the records in `tail` that continue it; lines that do not are left out. */
const endOf = (from: ChainPosition, tail: string): ChainPosition => {
  let link = from;
  for (const line of tail.split('\n')) {
    const step = verifyNext(link, line);
    if (step.is === 'next') link = step.link;
  }
  return link;
};

/**
 * What the next record continues. The head is believed, not the file: after a cut tail the gap stays visible for
 * ever. Records behind the head that continue it were written by a process that died before it could say so: the head
 * is mended first, so that it is never more than one record behind. A lost head over several records is not mended.
 */
const endOfChain = async (files: LockedLedger): Promise<ChainPosition> => {
  const text = await files.head();
  const head = text === undefined ? undefined : parseLedgerHead(text);
  const from = head ?? { ...chainStart, bytes: 0 };
  const link = endOf(from, await files.tail(from.bytes));
  if (head === undefined && (text !== undefined || link.count > 1))
    return { count: link.count, hash: unknownPreviousHash };
  if (link.count > from.count) {
    // A record that lacks its newline alone is whole: the head counts where its line ends.
    const size = (await files.endsWhole()) ? await files.size() : await files.append('\n');
    await writeHead(files, link, size);
  }
  return { count: link.count, hash: link.hash };
};

const appendTo = async (files: LockedLedger, entry: LedgerEntry): Promise<ForwardedRecord> => {
  const { line, link } = chainRecord(entry, await endOfChain(files));
  // A torn line keeps its bytes and is ended, so that the record begins on a line of its own.
  const whole = await files.endsWhole();
  const bytes = await files.append(`${whole ? '' : '\n'}${line}\n`);
  await writeHead(files, link, bytes);
  const { host, pid } = entry.who;
  const at = new Date(entry.at).toISOString();
  return { line, seq: link.count, hash: link.hash, at, host, pid, kind: entry.entry.event };
};

interface LedgerOptions extends LedgerFileOptions {
  /** Told of each record when it is on disk, and not waited for. */
  readonly written?: (record: ForwardedRecord) => void;
}

/** The ledger of a state dir. Opening touches nothing; a dir that cannot be written shows at the first append. */
export const openLedger = async (stateDir: string, options: LedgerOptions = {}): Promise<Ledger> => {
  const file = ledgerFile(stateDir, options);
  /** Appends of this process, one behind the other; a failed one does not stop the next. */
  let last: Promise<unknown> = Promise.resolve();
  return {
    path: file.path,
    append: (entry) => {
      const work = async (): Promise<void> => {
        const record = await file.locked((files) => appendTo(files, entry));
        options.written?.(record);
      };
      const done = last.then(work, work);
      last = done.catch(() => {});
      return done;
    },
  };
};
