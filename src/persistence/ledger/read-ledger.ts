import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Millis } from '../../domain/base/fault.ts';
import { openToRead, readRegular } from '../../platform/files/open-regular.ts';
import { orIfAbsent } from '../../platform/files/private-dir.ts';
import { toLedgerError } from './ledger-error.ts';
import type { LedgerRecord } from './ledger-record.ts';
import { parseLedgerRecord, readableRecord } from './ledger-record.ts';
import { LineParts } from './line-parts.ts';

/** One line of a ledger file, decoded from its bytes. */
export interface LedgerLine {
  /** Undefined: not valid UTF-8, or too long, so not a record. */
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

/** Takes the line out of its parts. */
const lineOf = (parts: LineParts, end: number): LedgerLine => {
  const bytes = parts.length;
  const line = parts.take();
  try {
    return { text: line === undefined ? undefined : strict.decode(line), bytes, end };
  } catch {
    return { text: undefined, bytes, end };
  }
};

/**
 * Yields the lines of a file in order, including a last line without newline. Splits at newlines only,
 * because JSON text may contain U+2028.
 */
async function* forwards(handle: FileHandle): AsyncGenerator<LedgerLine> {
  const chunk = Buffer.alloc(chunkBytes);
  const line = new LineParts();
  let position = 0;
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    const bytes = chunk.subarray(0, bytesRead);
    let from = 0;
    for (let stop = bytes.indexOf(newline); stop >= 0; stop = bytes.indexOf(newline, from)) {
      line.append(bytes.subarray(from, stop));
      yield lineOf(line, position + stop + 1);
      from = stop + 1;
    }
    // The next chunk is read into the same memory.
    line.append(Buffer.from(bytes.subarray(from)));
    position += bytesRead;
  }
  if (line.length > 0) yield lineOf(line, position);
}

/** Yields the same lines, last first. Excludes lines appended meanwhile. */
async function* backwards(handle: FileHandle): AsyncGenerator<LedgerLine> {
  const chunk = Buffer.alloc(chunkBytes);
  let position = (await handle.stat()).size;
  /** The end of a line whose start has not been read. */
  const line = new LineParts();
  let first = true;
  while (position > 0) {
    const length = Math.min(chunkBytes, position);
    position -= length;
    const { bytesRead } = await handle.read(chunk, 0, length, position);
    const bytes = chunk.subarray(0, bytesRead);
    let end = bytes.length;
    for (let stop = bytes.lastIndexOf(newline); stop >= 0; ) {
      line.prepend(bytes.subarray(stop + 1, end));
      const lineEnd = position + stop + 1 + line.length + 1;
      // No line follows the file's last newline unless bytes follow it.
      if (!first || line.length > 0) yield lineOf(line, lineEnd);
      first = false;
      end = stop;
      stop = end === 0 ? -1 : bytes.lastIndexOf(newline, end - 1);
    }
    line.prepend(Buffer.from(bytes.subarray(0, end)));
  }
  if (line.length > 0) yield lineOf(line, line.length + 1);
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
      const handle = await openToRead(path).catch(orIfAbsent(undefined));
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
        return await readRegular(headPath).catch(orIfAbsent(undefined));
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
    if (record !== undefined) yield readableRecord(record);
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
