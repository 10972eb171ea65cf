import { writeSync } from 'node:fs';
import { openLedger } from '../../../../src/engine/ledger/ledger.ts';
import { entriesOf } from '../../../engine/ledger/a-run.ts';

/**
 * A process of its own that writes a whole run into the ledger in DIR, acknowledges each record on stdout, and kills
 * itself (SIGKILL) just before its AT-th write. Says 'done' when there was none.
 */
const [dir = '', at = '0'] = process.argv.slice(2);
let writes = 0;
const ledger = await openLedger(dir, {
  before: () => {
    writes++;
    if (writes === Number(at)) process.kill(process.pid, 'SIGKILL');
  },
});
for (const [index, entry] of entriesOf('r1').entries()) {
  await ledger.append(entry);
  writeSync(1, `${index + 1}\n`);
}
writeSync(1, 'done\n');
