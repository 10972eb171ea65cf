import { openHistoryDb } from '../../../../src/persistence/history/database/db.ts';
import { HistoryError } from '../../../../src/persistence/history/database/history-error.ts';

// Stores values as fast as it can: `history-writer.ts STATE_DIR NAME BATCHES`. Prints how often it had to retry because
// another process was writing.
const [stateDir = '', name = '', batches = ''] = process.argv.slice(2);
const began = Date.UTC(2026, 2, 4);
const db = await openHistoryDb(stateDir, { busyMs: 5000 });
let busy = 0;
for (let batch = 0; batch < Number(batches); batch++) {
  const time = began + batch * 15_000;
  const values = Array.from({ length: 40 }, (_, series) => ({
    system: 'shop',
    env: 'dev',
    key: series < 20 ? `both.${series}` : `${name}.${series}`,
    at: time + (name === 'a' ? 1 : 2),
    value: batch,
  }));
  try {
    db.write(values, time);
  } catch (error) {
    if (!(error instanceof HistoryError) || error.kind !== 'busy') throw error;
    busy++;
    batch--;
  }
}
db.close();
process.stdout.write(String(busy));
