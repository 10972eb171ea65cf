import { writeSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync, StatementSync } from 'node:sqlite';
import { historyBatch, keptText, type Writing } from './written.ts';

/**
 * A separate process that writes WHAT into DIR, acknowledges each part on stdout, and kills itself (SIGKILL) just before its AT-th
 * call that changes the disk. Prints 'done CALLS' if it completes.
 */
const [what = '', dir = '', at = '0'] = process.argv.slice(2);
let calls = 0;
const before = (): void => {
  calls++;
  if (calls === Number(at)) process.kill(process.pid, 'SIGKILL');
};

/** Wraps methods of an object so that `before` is called first. */
const wrapMethods = (holder: object, names: readonly string[]): void => {
  for (const name of names) {
    const method: unknown = Reflect.get(holder, name);
    if (typeof method !== 'function') throw new Error(`no method ${name}`);
    Reflect.set(holder, name, function wrapped(this: unknown, ...args: readonly unknown[]): unknown {
      before();
      return Reflect.apply(method, this, args);
    });
  }
};

const fsPromises: object = await import('node:fs/promises').then((module) => Reflect.get(module, 'default'));
{
  await using handle = await fs.open(process.execPath, 'r');
  wrapMethods(Object.getPrototypeOf(handle), ['writeFile', 'appendFile', 'write', 'sync', 'truncate']);
}
wrapMethods(fsPromises, ['rename', 'rm', 'unlink', 'symlink', 'mkdir', 'open']);
syncBuiltinESMExports();
wrapMethods(DatabaseSync.prototype, ['exec']);
wrapMethods(StatementSync.prototype, ['run']);

const acknowledge = (nth: number): void => void writeSync(1, `${nth}\n`);

const writings: Readonly<Record<Writing, () => Promise<void>>> = {
  ledger: async () => {
    const { openLedger } = await import('../../../src/persistence/ledger/ledger.ts');
    const { entriesOf } = await import('../../persistence/ledger/a-run.ts');
    const ledger = await openLedger(dir);
    for (const [nth, entry] of entriesOf('r1').entries()) {
      await ledger.append(entry);
      acknowledge(nth + 1);
    }
  },
  history: async () => {
    const { openHistoryDb } = await import('../../../src/persistence/history/database/db.ts');
    const db = await openHistoryDb(dir, { busyMs: 5000 });
    for (let nth = 1; nth <= 4; nth++) {
      const { values, at: time } = historyBatch(nth);
      db.write(values, time);
      acknowledge(nth);
    }
    db.close();
  },
  'state file': async () => {
    const { savedTexts } = await import('../../../src/platform/files/kept-files.ts');
    const files = savedTexts(join(dir, 'state'));
    for (let nth = 1; nth <= 3; nth++) {
      await files.write('layouts.json', keptText(nth));
      acknowledge(nth);
    }
  },
  'put file': async () => {
    const { replaceFile } = await import('../../../src/platform/files/put-file.ts');
    for (let nth = 1; nth <= 3; nth++) {
      await replaceFile(join(dir, 'override.yaml'), keptText(nth), new AbortController().signal);
      acknowledge(nth);
    }
  },
};

const write = Object.entries(writings).find(([name]) => name === what)?.[1];
await write?.();
writeSync(1, `done ${calls}\n`);
