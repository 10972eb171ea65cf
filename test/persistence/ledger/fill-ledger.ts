import { rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger } from '../../../src/persistence/ledger/ledger.ts';
import { verifyLedger } from '../../../src/persistence/ledger/verify-ledger.ts';
import { entry } from './entries.ts';

/**
 * Appends to the ledger in DIR until it fails, and prints, as JSON, the error and the result of `audit verify`. With
 * BALLAST, a file in DIR, it frees space by deleting that file and appends once more.
 */
const [dir = '', ballast] = process.argv.slice(2);
const ledger = await openLedger(dir);
let acknowledged = 0;
let why = '';
while (why === '' && acknowledged < 10_000)
  try {
    await ledger.append(entry('r1', `line ${acknowledged + 1} ${'x'.repeat((acknowledged * 37) % 400)}`));
    acknowledged++;
  } catch (error) {
    why = String(error);
  }
const full = await verifyLedger(dir);
let after: unknown;
if (ballast !== undefined) {
  rmSync(join(dir, ballast));
  await ledger.append(entry('r1', 'there is room again'));
  after = await verifyLedger(dir);
}
writeSync(1, JSON.stringify({ acknowledged, why, full, after }));
