import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEntry } from '../../../src/persistence/ledger/ledger-record.ts';

/** An entry that is identified by `run` and `text`. */
export const entry = (run: string, text: string): LedgerEntry => ({
  at: Date.parse('2026-03-04T10:15:07.250Z'),
  who: { user: 'ana', host: 'vm-1', pid: 4711 },
  system: 'demo',
  env: 'production',
  entry: { run, at: 0, event: 'output', step: 'a1', text },
});

/** A temporary directory, removed with the test. */
export const tempDir = async (): Promise<AsyncDisposable & { readonly path: string }> => {
  const path = await mkdtemp(join(tmpdir(), 'opsdeck-ledger-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
};

export const linesOf = async (dir: string): Promise<readonly string[]> =>
  (await readFile(join(dir, 'audit.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
