import { expect, test } from 'vitest';
import { createRunHistory } from '../../../../src/engine/cockpit/runs/run-history.ts';
import { openLedger } from '../../../../src/persistence/ledger/ledger.ts';
import type { LedgerEntry } from '../../../../src/persistence/ledger/ledger-record.ts';
import { systemClock } from '../../../../src/platform/runtime/clock.ts';
import { createCockpitStore } from '../../../../src/store/cockpit.ts';
import { entriesOf } from '../../../persistence/ledger/a-run.ts';
import { tempDir } from '../../../persistence/ledger/entries.ts';

/** The history of a cockpit, and the ledger to which another machine appends. */
const stage = async (dir: string) => {
  const cockpit = createCockpitStore();
  let running: () => Promise<ReadonlySet<string>> = async () => new Set();
  const state = () => ({ dir, runningRuns: () => running() });
  const history = createRunHistory(cockpit, state, systemClock(), () => undefined);
  const ledger = await openLedger(dir);
  const all = entriesOf('r1').map(
    (entry): LedgerEntry => ({ ...entry, who: { ...entry.who, host: 'vm-9' } }),
  );
  const [first] = all;
  if (first === undefined) throw new Error('the run has no record');
  const output: LedgerEntry = {
    ...first,
    entry: { run: 'r1', at: 4500, event: 'output', step: 'a1', text: 'closing' },
  };
  const events = (): readonly string[] => cockpit.getState().run?.events.map(({ event }) => event) ?? [];
  return {
    ...{ cockpit, history, events, output },
    begun: all.slice(0, 5),
    rest: all.slice(5),
    append: async (entries: readonly LedgerEntry[]) => {
      for (const entry of entries) await ledger.append(entry);
    },
    holds: (runs: typeof running) => {
      running = runs;
    },
  };
};

test('a run of another machine is shown as it goes on, and its end', async () => {
  await using dir = await tempDir();
  const { cockpit, history, events, begun, output, rest, append, holds } = await stage(dir.path);
  await append(begun);
  holds(async () => new Set(['r1']));
  await history.read();
  expect(cockpit.getState().runs?.[0]).toMatchObject({ unended: 'going', host: 'vm-9' });
  await history.show('r1');
  expect(cockpit.getState().run).toMatchObject({ past: true, isElsewhere: true });
  await append([output]);
  await history.refresh();
  expect(events().at(-1)).toBe('output');
  await append(rest);
  holds(async () => new Set());
  await history.refresh();
  expect(events().at(-1)).toBe('ended');
  expect(cockpit.getState().run).not.toHaveProperty('isElsewhere');
  expect(cockpit.getState().runs?.[0]).toMatchObject({ ending: 'recovered' });
});

test('without its lock, or while the state database is unavailable, it is unknown whether it goes on', async () => {
  await using dir = await tempDir();
  const { cockpit, history, begun, append, holds } = await stage(dir.path);
  await append(begun);
  await history.read();
  expect(cockpit.getState().runs?.[0]).toMatchObject({ unended: 'unknown' });
  holds(() => Promise.reject(new Error('connection refused')));
  await history.read();
  expect(cockpit.getState().runs?.[0]).toMatchObject({ unended: 'unknown' });
});

test('a card that was closed meanwhile is not opened again', async () => {
  await using dir = await tempDir();
  const { cockpit, history, begun, append } = await stage(dir.path);
  await append(begun);
  await history.show('r1');
  const refreshed = history.refresh();
  cockpit.setState(({ run: _, ...rest }) => rest, true);
  await refreshed;
  expect(cockpit.getState().run).toBeUndefined();
});
