import { join } from 'node:path';
import { openToRead } from '../../platform/files/open-regular.ts';
import { orIfAbsent } from '../../platform/files/private-dir.ts';
import { toLedgerError } from './ledger-error.ts';
import { LineParts } from './line-parts.ts';

const chunkBytes = 65_536;

/**
 * Reads lines from the end of a file backward, within its last `maxBytes`. Continues while `goOn` returns
 * true.
 */
const backwards = async (
  path: string,
  maxBytes: number,
  goOn: (line: string) => boolean,
): Promise<boolean> => {
  const handle = await openToRead(path).catch(orIfAbsent(undefined));
  if (handle === undefined) return true;
  await using _ = handle;
  const { size } = await handle.stat();
  const last = Math.max(0, size - maxBytes);
  const line = new LineParts();
  const textOf = (): string => line.take()?.toString() ?? '';
  for (let end = size; end > last; ) {
    const from = Math.max(last, end - chunkBytes);
    const chunk = Buffer.alloc(end - from);
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, from);
    // The file was truncated meanwhile, so the data after this chunk is gone.
    if (bytesRead < chunk.length) line.take();
    let until = bytesRead;
    for (let cut = chunk.lastIndexOf(10, until - 1); cut >= 0 && until > 0; ) {
      line.prepend(chunk.subarray(cut + 1, until));
      if (line.length > 0 && !goOn(textOf())) return true;
      until = cut;
      cut = cut === 0 ? -1 : chunk.lastIndexOf(10, cut - 1);
    }
    line.prepend(chunk.subarray(0, until));
    end = from;
  }
  if (last > 0) return false;
  if (line.length > 0) goOn(textOf());
  return true;
};

/**
 * Passes the newest lines of the ledger to `goOn`, last first, until it returns false. Needs no lock.
 * Resolves to false when `maxBytes` were read before that, otherwise to true. Rejects with a LedgerError.
 */
export const readNewestLedgerLines = async (
  stateDir: string,
  maxBytes: number,
  goOn: (line: string) => boolean,
): Promise<boolean> => {
  const path = join(stateDir, 'audit.jsonl');
  try {
    return await backwards(path, maxBytes, goOn);
  } catch (error) {
    throw toLedgerError('read', path, error);
  }
};

/**
 * Passes the newest lines of a ledger to `goOn`, last first, until it returns false. Resolves to false when there may be
 * more than could be read. Rejects with a LedgerError.
 */
export type NewestLines = (goOn: (line: string) => boolean) => Promise<boolean>;

/** Holds some thousand records. */
const mostBytes = 16 * 1024 * 1024;

/** The newest lines of the ledger of a state directory. */
export const newestLinesOf =
  (stateDir: string): NewestLines =>
  (goOn) =>
    readNewestLedgerLines(stateDir, mostBytes, goOn);

/** The newest lines of two ledgers, where the second has the older records. A line that both have is passed once. */
export const newestLinesOfBoth =
  (newer: NewestLines, older: NewestLines): NewestLines =>
  async (goOn) => {
    const passed = new Set<string>();
    let isEnded = false;
    const pass = (line: string): boolean => {
      isEnded ||= !goOn(line);
      return !isEnded;
    };
    const whole = await newer((line) => {
      passed.add(line);
      return pass(line);
    });
    if (isEnded || !whole) return whole;
    return older((line) => passed.has(line) || pass(line));
  };
