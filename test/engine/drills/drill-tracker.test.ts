import { expect, test } from 'vitest';
import type { DrillEvent } from '../../../src/domain/drills/drill.ts';
import type { DrillProgress, DrillRecord } from '../../../src/domain/drills/drill-record.ts';
import { createDrillTracker, type DrillTracker } from '../../../src/engine/drills/drill-tracker.ts';
import type { DrillHistory } from '../../../src/persistence/drills/drill-history.ts';
import type { LedgerActor } from '../../../src/persistence/ledger/ledger-record.ts';
import { runEvents, start } from '../../runs/drill-events.ts';
import { manualClock } from '../../support/manual-clock.ts';

const place = { system: 'saga', env: 'production' };

/** A history in memory. */
const memory = (): DrillHistory => {
  const drills = new Map<string, DrillRecord>();
  return {
    path: 'drills.json',
    put: async (record) => void drills.set(record.id, record),
    read: async () => ({ drills: [...drills.values()] }),
  };
};

/** A drill whose incident `heals` ends in the simulator. */
const begun = (who: { readonly who?: LedgerActor } = { who: { user: 'ana', host: 'desk', pid: 1 } }) => {
  const clock = manualClock(start);
  let isHealed = false;
  let shown: DrillProgress | undefined;
  const tracker: DrillTracker = createDrillTracker({
    clock,
    history: memory(),
    newId: () => 'd1',
    mask: (text) => text,
    failed: (why) => {
      throw new Error(why);
    },
  });
  tracker.onChange((progress) => {
    shown = progress;
  });
  tracker.begin({
    ...place,
    incident: 'lag',
    title: 'lag',
    how: 'cockpit',
    blind: false,
    ...who,
    targetOf: () => undefined,
    isHealed: () => isHealed,
  });
  return {
    clock,
    tracker,
    see: (events: readonly DrillEvent[]) => {
      for (const event of events) if ('run' in event) tracker.observe(place, event);
    },
    heals: () => {
      isHealed = true;
      tracker.look();
    },
    shown: () => shown,
  };
};

test('a drill ends when a run has recovered and the incident is over', async () => {
  const drill = begun();
  drill.see(runEvents({ runbook: 'scale', planned: 20, confirmed: 40, ended: 70 }));
  expect(drill.tracker.current()).toBeDefined();
  drill.heals();
  expect(drill.tracker.current()).toBeUndefined();
  expect(await drill.tracker.end()).toMatchObject({ record: { score: { outcome: 'recovered' } } });
  expect(drill.shown()).toMatchObject({ isRunning: false });
});

test('a drill whose symptoms went by themselves ends after two minutes, and says so', async () => {
  const drill = begun();
  drill.heals();
  const run = runEvents({ runbook: 'scale', planned: 90, confirmed: 100, ended: 150, ending: 'failed' });
  drill.see(run.slice(0, 1));
  await drill.clock.advance(140_000);
  drill.tracker.look();
  expect(drill.shown()?.isRunning).toBe(true);
  drill.see(run.slice(1));
  drill.tracker.look();
  expect(drill.tracker.current()).toBeUndefined();
  expect(await drill.tracker.end()).toMatchObject({ record: { score: { outcome: 'healed', healedMs: 0 } } });
});

test('a drill does not end while a run is under way, although an earlier one has recovered', async () => {
  const drill = begun();
  drill.see(runEvents({ runbook: 'check', planned: 10, confirmed: 12, ended: 15 }));
  const fixing = runEvents({ runbook: 'scale', planned: 20, confirmed: 40, ended: 70 });
  drill.see(fixing.slice(0, -1));
  await drill.clock.advance(60_000);
  drill.heals();
  expect(drill.tracker.current()).toBeDefined();
  expect(drill.shown()).toMatchObject({ isRunning: true });
  drill.see(fixing.slice(-1));
  expect(drill.tracker.current()).toBeUndefined();
  const result = await drill.tracker.end();
  expect(result).toMatchObject({ record: { score: { outcome: 'recovered', runbook: 'scale' } } });
});

test('the record of a drill names the operator, and an unknown one as other records do', async () => {
  expect(await begun().tracker.end()).toMatchObject({ record: { who: 'ana@desk', host: 'desk', pid: 1 } });
  expect(await begun({}).tracker.end()).toMatchObject({ record: { who: 'unknown user', host: '', pid: 0 } });
});
