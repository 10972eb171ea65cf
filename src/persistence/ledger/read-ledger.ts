import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Millis } from '../../domain/fault.ts';
import { orIfAbsent } from '../../platform/files/private-dir.ts';
import { toLedgerError } from './ledger-error.ts';
import type { LedgerRecord } from './ledger-record.ts';
import { parseLedgerRecord } from './ledger-record.ts';

/** One line of a ledger's file, as its bytes say it. */
export interface LedgerLine {
  /** Undefined: it is no UTF-8, which no record is. */
  readonly text: string | undefined;
  /** Without its newline. */
  readonly bytes: number;
  /** Where in the file it ends, its newline included. */
  readonly end: number;
}

const chunkBytes = 65_536;
const newline = 10;

/** A byte that was changed inside a character must not become the sign for "no character": two texts would read alike. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const lineOf = (bytes: Buffer, end: number): LedgerLine => {
  try {
    return { text: strict.decode(bytes), bytes: bytes.length, end };
  } catch {
    return { text: undefined, bytes: bytes.length, end };
  }
};

/** The lines of a file from its begin, split at newlines alone (a JSON text may hold U+2028), the last also when it is not ended. */
async function* forwards(handle: FileHandle): AsyncGenerator<LedgerLine> {
  const chunk = Buffer.alloc(chunkBytes);
  let rest: Buffer = Buffer.alloc(0);
  let at = 0;
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    const held = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let from = 0;
    for (let stop = held.indexOf(newline); stop >= 0; stop = held.indexOf(newline, from)) {
      yield lineOf(held.subarray(from, stop), at + stop + 1);
      from = stop + 1;
    }
    rest = held.subarray(from);
    at += from;
  }
  if (rest.length > 0) yield lineOf(rest, at + rest.length);
}

/** The same lines, the last first. What is appended meanwhile is not among them. */
async function* backwards(handle: FileHandle): AsyncGenerator<LedgerLine> {
  const chunk = Buffer.alloc(chunkBytes);
  let at = (await handle.stat()).size;
  /** What stands before the lines that were given: the end of a line whose begin has not been read. */
  let rest: Buffer = Buffer.alloc(0);
  let first = true;
  while (at > 0) {
    const length = Math.min(chunkBytes, at);
    at -= length;
    const { bytesRead } = await handle.read(chunk, 0, length, at);
    const held = Buffer.concat([chunk.subarray(0, bytesRead), rest]);
    let end = held.length;
    for (let stop = held.lastIndexOf(newline); stop >= 0 && end > 0; ) {
      // Behind the last newline of the file there is a line only when there is something.
      if (!first || stop + 1 < end) yield lineOf(held.subarray(stop + 1, end), at + end + 1);
      first = false;
      end = stop;
      stop = end === 0 ? -1 : held.lastIndexOf(newline, end - 1);
    }
    rest = Buffer.from(held.subarray(0, end));
  }
  if (rest.length > 0) yield lineOf(rest, rest.length + 1);
}

/** The ledger for reading alone: needs no lock and no right to write. Rejects with a LedgerError. */
interface LedgerReader {
  /** The text of `audit.head`; undefined when there is none. */
  head(): Promise<string | undefined>;
  /** Oldest first. Holds one line at a time. */
  lines(): AsyncIterable<LedgerLine>;
  /** Newest first. */
  newestFirst(): AsyncIterable<LedgerLine>;
}

export const readLedgerFile = (stateDir: string): LedgerReader => {
  const path = join(stateDir, 'audit.jsonl');
  const headPath = join(stateDir, 'audit.head');
  async function* linesBy(read: (handle: FileHandle) => AsyncIterable<LedgerLine>) {
    try {
      const handle = await open(path, 'r').catch(orIfAbsent(undefined));
      if (handle === undefined) return;
      await using _ = handle;
      yield* read(handle);
    } catch (error) {
      throw toLedgerError('read', path, error);
    }
  }
  return {
    head: async () => {
      try {
        return await readFile(headPath, 'utf8').catch(orIfAbsent(undefined));
      } catch (error) {
        throw toLedgerError('read', headPath, error);
      }
    },
    lines: () => linesBy(forwards),
    newestFirst: () => linesBy(backwards),
  };
};

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
    const record = text === undefined ? undefined : parseLedgerRecord(text);
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
