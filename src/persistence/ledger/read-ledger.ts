import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Millis } from '../../domain/base/fault.ts';
import { orIfAbsent } from '../../platform/files/private-dir.ts';
import { toLedgerError } from './ledger-error.ts';
import type { LedgerRecord } from './ledger-record.ts';
import { parseLedgerRecord } from './ledger-record.ts';

/** One line of a ledger file, decoded from its bytes. */
export interface LedgerLine {
  /** Undefined: not valid UTF-8, so not a record. */
  readonly text: string | undefined;
  /** Length in bytes, without the newline. */
  readonly bytes: number;
  /** Offset in the file at which the line ends, including its newline. */
  readonly end: number;
}

const chunkBytes = 65_536;
const newline = 10;

/**
 * Rejects invalid UTF-8: with replacement characters, two different byte sequences could decode to the same
 * text.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const lineOf = (bytes: Buffer, end: number): LedgerLine => {
  try {
    return { text: strict.decode(bytes), bytes: bytes.length, end };
  } catch {
    return { text: undefined, bytes: bytes.length, end };
  }
};

/**
 * Yields the lines of a file in order, including a last line without newline. Splits at newlines only,
 * because JSON text may contain U+2028.
 */
async function* forwards(handle: FileHandle): AsyncGenerator<LedgerLine> {
  const chunk = Buffer.alloc(chunkBytes);
  let partialLine: Buffer = Buffer.alloc(0);
  let position = 0;
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    const buffer = Buffer.concat([partialLine, chunk.subarray(0, bytesRead)]);
    let from = 0;
    for (let stop = buffer.indexOf(newline); stop >= 0; stop = buffer.indexOf(newline, from)) {
      yield lineOf(buffer.subarray(from, stop), position + stop + 1);
      from = stop + 1;
    }
    partialLine = buffer.subarray(from);
    position += from;
  }
  if (partialLine.length > 0) yield lineOf(partialLine, position + partialLine.length);
}

/** Yields the same lines, last first. Excludes lines appended meanwhile. */
async function* backwards(handle: FileHandle): AsyncGenerator<LedgerLine> {
  const chunk = Buffer.alloc(chunkBytes);
  let position = (await handle.stat()).size;
  /** Bytes before the lines yielded so far: the end of a line whose start has not been read. */
  let partialLine: Buffer = Buffer.alloc(0);
  let first = true;
  while (position > 0) {
    const length = Math.min(chunkBytes, position);
    position -= length;
    const { bytesRead } = await handle.read(chunk, 0, length, position);
    const buffer = Buffer.concat([chunk.subarray(0, bytesRead), partialLine]);
    let end = buffer.length;
    for (let stop = buffer.lastIndexOf(newline); stop >= 0 && end > 0; ) {
      // No line follows the file's last newline unless bytes follow it.
      if (!first || stop + 1 < end) yield lineOf(buffer.subarray(stop + 1, end), position + end + 1);
      first = false;
      end = stop;
      stop = end === 0 ? -1 : buffer.lastIndexOf(newline, end - 1);
    }
    partialLine = Buffer.from(buffer.subarray(0, end));
  }
  if (partialLine.length > 0) yield lineOf(partialLine, partialLine.length + 1);
}

/** Read-only access to the ledger: needs no lock and no write permission. Rejects with a LedgerError. */
interface LedgerReader {
  /** Content of `audit.head`; undefined if absent. */
  head(): Promise<string | undefined>;
  /** Oldest first; keeps one line in memory. */
  lines(): AsyncIterable<LedgerLine>;
  /** Newest first. */
  newestFirst(): AsyncIterable<LedgerLine>;
}

/** The file with the records of the ledger. */
export const ledgerPath = (stateDir: string): string => join(stateDir, 'audit.jsonl');

export const readLedgerFile = (stateDir: string): LedgerReader => {
  const path = ledgerPath(stateDir);
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

/**
 * Filter of records; an absent field does not restrict. Times are wall-clock ms, `since` inclusive, `until`
 * exclusive.
 */
export interface LedgerFilter {
  readonly since?: Millis;
  readonly until?: Millis;
  readonly system?: string;
  readonly env?: string;
  readonly run?: string;
  readonly who?: string;
}

const matches = (record: LedgerRecord, filter: LedgerFilter): boolean => {
  const time = Date.parse(record.at);
  return (
    time >= (filter.since ?? Number.NEGATIVE_INFINITY) &&
    time < (filter.until ?? Number.POSITIVE_INFINITY) &&
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
 * Yields the matching records, oldest first by sequence number, one at a time; none if there is no ledger.
 * Skips lines that are not records and verifies nothing; see `verifyLedger`. Rejects with a LedgerError when
 * the ledger cannot be read.
 */
export async function* ledgerRecords(
  stateDir: string,
  filter: LedgerFilter = {},
): AsyncGenerator<LedgerRecord> {
  for await (const record of recordsIn(readLedgerFile(stateDir).lines()))
    if (matches(record, filter)) yield record;
}

/** Yields all records, newest first; otherwise like `ledgerRecords`. */
export const newestRecords = (stateDir: string): AsyncGenerator<LedgerRecord> =>
  recordsIn(readLedgerFile(stateDir).newestFirst());

/** Returns all matching records at once; intended for small results. */
export const readLedger = async (
  stateDir: string,
  filter: LedgerFilter = {},
): Promise<readonly LedgerRecord[]> => {
  const records: LedgerRecord[] = [];
  for await (const record of ledgerRecords(stateDir, filter)) records.push(record);
  return records;
};
