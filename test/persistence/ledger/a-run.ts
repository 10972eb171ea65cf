import type { Gate } from '../../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import type { LedgerEntry } from '../../../src/persistence/ledger/ledger-record.ts';

const gate: Gate = { arm: true, confirm: true, preview: true, typed: false, windowMs: 5000 };

/** All events of a run with one action that recovers, in order. */
export const aRun = (run: string): readonly RunEvent[] => [
  {
    run,
    at: 0,
    event: 'planned',
    proposal: {
      run,
      runbook: 'close-breaker',
      title: 'Close a circuit breaker',
      system: 'demo',
      env: 'production',
      tier: 'production',
      params: { name: 'broker' },
      steps: [],
      gate,
      danger: 'disruptive',
      names: ['broker'],
      plannedAt: 0,
    },
  },
  { run, at: 1, event: 'gated', passed: true, why: 'all gates passed' },
  { run, at: 2, event: 'confirmed', names: ['broker'], armed: 'psp outage' },
  { run, at: 3, event: 'window', endsAt: 5003 },
  { run, at: 5003, event: 'acting', step: 'a1', title: 'Close it' },
  { run, at: 5010, event: 'acted', step: 'a1', ok: true, result: 'POST http://bus/broker → 200' },
  { run, at: 6000, event: 'ended', ending: 'recovered', why: 'It stays closed', sent: [] },
];

/** The ledger entries of such a run: `ms` apart, starting at `from`. */
export const entriesOf = (
  run: string,
  from = Date.parse('2026-03-04T10:15:07.250Z'),
): readonly LedgerEntry[] =>
  aRun(run).map((entry) => ({
    at: from + entry.at,
    who: { user: 'ana', host: 'vm-1', pid: 4711 },
    system: 'demo',
    env: 'production',
    entry,
  }));
