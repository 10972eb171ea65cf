import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { orIfAbsent } from '../../platform/files/private-dir.ts';
import { toLedgerError } from './ledger-error.ts';

const chunkBytes = 65_536;

/** The lines of a file from its end, of at most its last `maxBytes`; `true` from `goOn` asks for the one before. */
const backwards = async (
  path: string,
  maxBytes: number,
  goOn: (line: string) => boolean,
): Promise<boolean> => {
  const handle = await open(path, 'r').catch(orIfAbsent(undefined));
  if (handle === undefined) return true;
  await using _ = handle;
  const { size } = await handle.stat();
  const last = Math.max(0, size - maxBytes);
  let rest = Buffer.alloc(0);
  for (let end = size; end > last; ) {
    const from = Math.max(last, end - chunkBytes);
    const chunk = Buffer.alloc(end - from);
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, from);
    // Cut meanwhile: what is behind it is not there any more.
    const held = Buffer.concat([
      chunk.subarray(0, bytesRead),
      bytesRead < chunk.length ? Buffer.alloc(0) : rest,
    ]);
    let until = held.length;
    for (let cut = held.lastIndexOf(10); cut >= 0; cut = cut === 0 ? -1 : held.lastIndexOf(10, cut - 1)) {
      if (cut + 1 < until && !goOn(held.toString('utf8', cut + 1, until))) return true;
      until = cut;
    }
    rest = held.subarray(0, until);
    end = from;
  }
  if (last > 0) return false;
  if (rest.length > 0) goOn(rest.toString('utf8'));
  return true;
};

/**
 * Hands the newest lines of the ledger of a state dir over, the last first, until `goOn` says false. Needs no lock.
 * True: it said so, or there are no more. False: `maxBytes` were read before that. Rejects with a LedgerError.
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
