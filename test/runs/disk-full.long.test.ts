import { expect, test } from 'vitest';
import { readLedger } from '../../src/persistence/ledger/read-ledger.ts';
import { verifyLedger } from '../../src/persistence/ledger/verify-ledger.ts';
import { openStage } from './stage.ts';

const full = Object.assign(new Error('full'), { code: 'ENOSPC' });

test('a disk that is full from any write on: what cannot be recorded is not executed, and the ending reports it', async () => {
  const seen = { refused: 0, after: 0 };
  for (let index = 1, over = false; !over; index++) {
    let writes = 0;
    let room = false;
    await using stage = await openStage({
      beforeWrite: () => {
        writes++;
        if (!room && writes >= index) throw full;
      },
    });
    const ended = await stage.go(await stage.propose()).end();
    over = writes < index;
    room = true;
    const kept = (await readLedger(stage.stateDir)).map(({ entry }) => entry.event);
    if (stage.server.changes.length > 0) expect(kept).toContain('acting');
    else expect(ended).toMatchObject({ ending: 'failed', sent: [] });
    if (!kept.includes('ended')) expect(ended.why).toMatch(/no space left on the device \(ENOSPC\)/);
    if (stage.server.changes.length > 0 && !kept.includes('ended')) {
      seen.after++;
      expect(ended.why).toMatch(/The audit record of this run is incomplete|the ledger cannot be written/);
    }
    if (stage.server.changes.length === 0) seen.refused++;
    expect(await verifyLedger(stage.stateDir)).toMatchObject({ ok: true });
  }
  // Covers both cases: full before the request, and full after it.
  expect(Math.min(seen.refused, seen.after)).toBeGreaterThan(8);
});
