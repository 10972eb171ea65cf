import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { absentAs, saying } from './ledger-error.ts';

/** The lines of a file, split at newlines alone (a JSON text may hold U+2028), the last also when it is not ended. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const handle = await open(path, 'r').catch(absentAs(undefined));
  if (handle === undefined) return;
  await using _ = handle;
  const chunk = Buffer.alloc(65_536);
  let rest: Buffer = Buffer.alloc(0);
  for (;;) {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    const held = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    let from = 0;
    for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10, from)) {
      yield held.toString('utf8', from, end);
      from = end + 1;
    }
    rest = held.subarray(from);
  }
  if (rest.length > 0) yield rest.toString('utf8');
}

/** The ledger for reading alone: needs no lock and no right to write. Rejects with a LedgerError. */
export interface LedgerReader {
  /** The text of `audit.head`; undefined when there is none. */
  head(): Promise<string | undefined>;
  lines(): AsyncIterable<string>;
}

export const readLedgerFile = (stateDir: string): LedgerReader => {
  const path = join(stateDir, 'audit.jsonl');
  const headPath = join(stateDir, 'audit.head');
  return {
    head: async () => {
      try {
        return await readFile(headPath, 'utf8').catch(absentAs(undefined));
      } catch (error) {
        throw saying('read', headPath, error);
      }
    },
    lines: async function* () {
      try {
        yield* linesOf(path);
      } catch (error) {
        throw saying('read', path, error);
      }
    },
  };
};
