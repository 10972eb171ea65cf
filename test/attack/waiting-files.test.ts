import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect } from 'vitest';
import { checklistFile } from '../../src/persistence/checklists/checklist-file.ts';
import { acknowledgementFile } from '../../src/persistence/files/acknowledgement-file.ts';
import { resetFile } from '../../src/persistence/files/reset-file.ts';
import { openLedger } from '../../src/persistence/ledger/ledger.ts';
import { newestRecords, readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../src/persistence/ledger/verify-ledger.ts';
import { acquireLock } from '../../src/platform/files/lock-file.ts';
import { openToAppend } from '../../src/platform/files/private-dir.ts';
import { entriesOf } from '../persistence/ledger/a-run.ts';
import { tempDir } from '../persistence/ledger/entries.ts';
import { makeFifo } from '../support/make-fifo.ts';
import { family } from './support/attack.ts';

const same = (text: string): string => text;
const place = { system: 'demo', env: 'production' };

/** What reads or writes each file of a state directory. */
const uses: Readonly<Record<string, readonly ((dir: string) => Promise<unknown>)[]>> = {
  'audit.jsonl': [
    (dir) => readLedger(dir),
    async (dir) => {
      for await (const _ of newestRecords(dir)) break;
    },
    verifyLedger,
    async (dir) => {
      const [entry] = entriesOf('r1');
      if (entry !== undefined) await (await openLedger(dir)).append(entry);
    },
    (dir) => openToAppend(join(dir, 'audit.jsonl')),
  ],
  'audit.head': [verifyLedger],
  'audit.lock': [(dir) => acquireLock(join(dir, 'audit.lock'), 0)],
  'checklists/records.jsonl': [(dir) => checklistFile(dir, same).read({ ...place, isDrill: false })],
  'acknowledged.json': [(dir) => acknowledgementFile(dir, same).read(place)],
  'resets.json': [(dir) => resetFile(dir).read()],
};
const each = Object.entries(uses).flatMap(([name, all]) => all.map((use) => ({ name, use })));

/** Far longer than any of them takes. */
const patienceMs = 1500;

/** Whether work ends, however: what waits for a FIFO never does. */
const ends = async (work: Promise<unknown>): Promise<boolean> => {
  const over = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => over.resolve(false), patienceMs);
  const done = (): void => over.resolve(true);
  work.then(done, done);
  const result = await over.promise;
  clearTimeout(timer);
  return result;
};

family('files that wait', ({ attack }) => {
  attack('a FIFO in place of a file of the state directory keeps no command waiting', {
    rounds: 50,
    inputs: fc.constantFrom(...each),
    corpus: each,
    defense: ends,
    // Work that waits for the other end.
    sabotaged: (work: Promise<unknown>) => {
      work.catch(() => {});
      return ends(new Promise(() => {}));
    },
    notices: /expected false to be true/,
    holds: async ({ name, use }, judged) => {
      await using dir = await tempDir();
      const path = join(dir.path, name);
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      rmSync(path, { force: true });
      makeFifo(path);
      chmodSync(path, 0o600);
      expect(await judged(use(dir.path))).toBe(true);
    },
    cpuLimitMs: 120_000,
  });
});
