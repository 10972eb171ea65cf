import { expect, test } from 'vitest';
import type { Proposal } from '../../../src/domain/runs/proposal.ts';
import type { RunEvent } from '../../../src/domain/runs/run.ts';
import type { LedgerRecord } from '../../../src/persistence/ledger/ledger-record.ts';
import { renderTimeline } from '../../../src/persistence/ledger/timeline.ts';

const proposal: Proposal = {
  run: 'r1',
  runbook: 'close-breaker',
  title: 'Close a circuit breaker',
  system: 'demo',
  env: 'production',
  tier: 'production',
  params: { name: 'broker' },
  steps: [
    {
      id: 'a1',
      title: 'Close it',
      manual: false,
      danger: 'disruptive',
      gate: { arm: true, confirm: true, preview: true, typed: false, windowMs: 5000 },
      plan: {
        use: 'bus.breaker',
        danger: 'disruptive',
        targets: [],
        calls: [{ line: 'POST http://bus/broker', target: 0 }],
        objects: [],
        params: {},
      },
    },
  ],
  gate: { arm: true, confirm: true, preview: true, typed: false, windowMs: 5000 },
  danger: 'disruptive',
  names: ['broker'],
  plannedAt: 0,
};

const start = Date.parse('2026-03-04T10:15:07Z');

const records = (events: readonly RunEvent[]): readonly LedgerRecord[] =>
  events.map((entry, index) => ({
    seq: index + 1,
    prev: '',
    hash: '',
    at: new Date(start + index * 1000).toISOString(),
    who: 'ana',
    host: 'vm-1',
    pid: 4711,
    system: 'demo',
    env: 'production',
    entry,
  }));

const at = { run: 'r1', at: 0 };

test('a run is formatted as a Markdown section, from its plan to its ending', () => {
  const text = renderTimeline(
    records([
      { ...at, event: 'planned', proposal },
      { ...at, event: 'gated', passed: true, why: 'all gates passed' },
      { ...at, event: 'confirmed', names: ['broker'], armed: 'psp outage' },
      { ...at, event: 'window', endsAt: 5000 },
      { ...at, event: 'acting', step: 'a1', title: 'Close it' },
      { ...at, event: 'output', step: 'a1', text: 'a `tick`\n# and a heading' },
      { ...at, event: 'acted', step: 'a1', ok: true, result: 'POST http://bus/broker → 200' },
      { ...at, event: 'ticking', step: 'a2', title: 'Tell the owner' },
      { ...at, event: 'ticked', step: 'a2', done: true },
      {
        ...at,
        event: 'verifying',
        proofs: [{ id: 'v1', title: 'It stays closed', value: 'true', why: 'broker is closed' }],
      },
      { ...at, event: 'ended', ending: 'executed-not-recovered', why: 'opened again', sent: [] },
    ]),
  );
  expect(text.split('\n')).toEqual([
    '# Timeline',
    '',
    '## 2026-03-04 10:15:07 UTC · `Close a circuit breaker` in `demo/production`',
    '',
    'By `ana` on `vm-1`, run `r1`, runbook `close-breaker`, tier production, with `name=broker`.',
    '',
    '- 10:15:07 planned, disruptive: `POST http://bus/broker`',
    '- 10:15:09 confirmed `broker`, armed: `psp outage`',
    '- 10:15:11 executes `Close it`',
    '- 10:15:12 output ``a `tick` # and a heading``',
    '- 10:15:13 done: `POST http://bus/broker → 200`',
    '- 10:15:14 waits for `Tell the owner`',
    '- 10:15:15 marked as done',
    '- 10:15:16 `It stays closed` true: `broker is closed`',
    '- 10:15:17 **EXECUTED, NOT RECOVERED**: `opened again`',
    '',
  ]);
});

test('concurrent runs are separate sections; a refused one has its reason, an interrupted one its requests', () => {
  const text = renderTimeline(
    records([
      { ...at, event: 'gated', passed: false, why: 'production is read-only' },
      {
        run: 'r2',
        at: 0,
        event: 'ended',
        ending: 'cancelled',
        why: 'cancelled',
        sent: ['POST http://a → 200'],
      },
      { ...at, event: 'ended', ending: 'forbidden', why: 'production is read-only', sent: [] },
    ]),
  );
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
    '- 10:15:07 refused: `production is read-only`',
    '- 10:15:09 **FORBIDDEN**: `production is read-only`',
    '- 10:15:08 **CANCELED**: `cancelled`; sent: `POST http://a → 200`',
  ]);
});

test('an empty ledger says that there were no runs', () => {
  expect(renderTimeline([])).toBe('# Timeline\n\nNothing was run.\n');
});

test('an ending lists the values before and after it', () => {
  const text = renderTimeline(
    records([
      {
        ...at,
        event: 'ended',
        ending: 'recovered',
        why: 'lag below 1,000',
        sent: [],
        changes: [
          { object: 'billing', value: '', before: '2 replicas', after: '3 replicas' },
          { object: 'Lag', value: 'rows', before: '37', after: null },
        ],
      },
    ]),
  );
  expect(text).toContain(
    '**RECOVERED**: `lag below 1,000`; before → after: `billing: 2 replicas → 3 replicas`, `Lag rows: 37 → –`',
  );
});

test('the timeline names the accounts of the systems beside the local one, as code', () => {
  const of = (account: string) => ({
    ...proposal,
    steps: proposal.steps.map((step) => ({ ...step, account })),
  });
  expect(renderTimeline(records([{ ...at, event: 'planned', proposal: of('ana@example.com') }]))).toContain(
    'By `ana` on `vm-1` (`bus as ana@example.com`), run `r1`',
  );
  expect(renderTimeline(records([{ ...at, event: 'planned', proposal: of('a`*b*\n# c') }]))).toContain(
    'By `ana` on `vm-1` (``bus as a`*b* # c``), run `r1`',
  );
});
