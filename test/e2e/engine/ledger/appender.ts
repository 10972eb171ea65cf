import { openLedger } from '../../../../src/persistence/ledger/ledger.ts';
import { entry } from '../../../persistence/ledger/entries.ts';

/** A separate process that appends COUNT entries to the ledger in DIR and acknowledges each on stdout. */
const [dir = '', run = '', count = '0'] = process.argv.slice(2);
const ledger = await openLedger(dir);
for (let n = 1; n <= Number(count); n++) {
  await ledger.append(entry(run, `line ${n} ${'x'.repeat((n * 37) % 400)}`));
  process.stdout.write(`${n}\n`);
}
