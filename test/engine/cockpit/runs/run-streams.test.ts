import { expect, test } from 'vitest';
import type { Runbook } from '../../../../src/domain/runbooks/runbook.ts';
import type { RunEvent } from '../../../../src/domain/runs/run.ts';
import { runStreams } from '../../../../src/engine/cockpit/runs/run-streams.ts';
import { createLogSession } from '../../../../src/logs/following/log-session.ts';
import { runOutputScope } from '../../../../src/logs/format/log-stream.ts';
import type { LogsState } from '../../../../src/logs/ring/logs-state.ts';
import { createCockpitStore } from '../../../../src/store/cockpit.ts';
import { applyRunEvent, newRunView } from '../../../../src/store/run-view.ts';
import { manualClock } from '../../../support/manual-clock.ts';

const runbook: Runbook = {
  id: 'restart',
  title: 'Restart',
  covers: [],
  params: [],
  diagnose: [],
  act: [],
  verify: 'none',
  position: { file: '', line: 0, col: 0 },
};

const open = (recorded: (run: string) => Promise<readonly RunEvent[]> = async () => []) => {
  const clock = manualClock();
  const cockpit = createCockpitStore();
  const runs = runStreams(clock, cockpit, recorded);
  let state: LogsState | undefined;
  const logs = createLogSession({
    clock,
    chance: () => 0,
    sources: () => new Map([[runs.id, runs]]),
    publish: (now) => {
      state = now;
    },
    showMessage: () => {},
  });
  const happens = (event: RunEvent): void =>
    cockpit.setState((s) => ({ run: applyRunEvent(s.run ?? newRunView(runbook, 'running'), event) }));
  return {
    clock,
    cockpit,
    logs,
    happens,
    at: (): { readonly run: string; readonly at: number } => ({ run: 'r1', at: clock.now() }),
    state: () => state,
    rows: () => {
      const ring = state?.ring;
      return ring === undefined
        ? []
        : Array.from({ length: ring.count }, (_, index) => ring.row(ring.first + index)?.text);
    },
    end: async () => {
      const ended = logs.end();
      await clock.advance(3000);
      await ended;
    },
  };
};

test('output of a run appears as it arrives, each line once, with the result of each step', async () => {
  const it = open();
  it.happens({ ...it.at(), event: 'acting', step: 'a1', title: 'Restart it' });
  it.happens({ ...it.at(), event: 'output', step: 'a1', text: 'pulling\nstarted \u001b[31mred' });
  it.logs.open(runOutputScope('r1'));
  await it.clock.advance(3000);
  expect(it.rows()).toEqual(['step a1: Restart it', 'pulling', 'started red']);
  expect(it.state()?.streams).toMatchObject([{ name: 'run r1', state: 'live' }]);

  it.happens({ ...it.at(), event: 'acted', step: 'a1', ok: false, result: 'exit 1' });
  it.happens({ ...it.at(), event: 'ended', ending: 'failed', why: 'a1 failed', sent: [] });
  await it.clock.advance(3000);
  expect(it.rows().slice(3, 5)).toEqual(['step a1 failed: exit 1', 'failed: a1 failed']);

  it.logs.setFilters([{ is: 'level', least: 'error' }]);
  await it.clock.advance(500);
  expect(it.state()?.filteredView.shown).toBe(2);

  // Follows the watched run and reports its ending, without repeating earlier lines.
  it.logs.setFilters([]);
  it.happens({ ...it.at(), event: 'relapsed', proofs: [], why: 'it is open again' });
  await it.clock.advance(120_000);
  const lines = it.rows().filter((text) => text?.includes('open again') || text?.includes('pulling'));
  expect(lines).toEqual(['pulling', 'relapsed: it is open again']);
  await it.end();
});

test('a past run is read from the ledger. The scope of all streams contains no run', async () => {
  const it = open(async (run) => [
    { run, at: 1000, event: 'acting', step: 'a1', title: 'Restart it' },
    { run, at: 2000, event: 'ended', ending: 'recovered', why: 'it is up', sent: [] },
  ]);
  it.logs.open(runOutputScope('r0'));
  await it.clock.advance(3000);
  expect(it.rows().slice(0, 2)).toEqual(['step a1: Restart it', 'recovered: it is up']);
  it.logs.open({ title: 'every stream', of: [] });
  await it.clock.advance(3000);
  expect(it.state()?.streams).toEqual([]);
  await it.end();
});

test('an unreadable ledger is reported in place of the lines', async () => {
  const it = open(() => Promise.reject(new Error('EACCES: /state/ledger.jsonl')));
  it.logs.open(runOutputScope('r0'));
  await it.clock.advance(3000);
  expect(it.state()?.streams[0]?.fault?.message).toContain('EACCES');
  await it.end();
});
