import { type FileHandle, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { absentAs } from '../../platform/files/file-error.ts';
import { saying } from './error.ts';
import { backwards, forwards, type LedgerLine } from './lines.ts';

/** The ledger for reading alone: needs no lock and no right to write. Rejects with a LedgerError. */
export interface LedgerReader {
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
      const handle = await open(path, 'r').catch(absentAs(undefined));
      if (handle === undefined) return;
      await using _ = handle;
      yield* read(handle);
    } catch (error) {
      throw saying('read', path, error);
    }
  }
  return {
    head: async () => {
      try {
        return await readFile(headPath, 'utf8').catch(absentAs(undefined));
      } catch (error) {
        throw saying('read', headPath, error);
      }
    },
    lines: () => linesBy(forwards),
    newestFirst: () => linesBy(backwards),
  };
};
