import { expect, test } from 'vitest';
import { createRunEventPrinter, runEventLines } from '../../src/cli/run/run-lines.ts';
import { answerFlag } from '../../src/runs/policy/answer-flags.ts';

const at = { at: 0, run: 'r1', event: 'ticked', step: 'a2' } as const;

test.each([
  [{ ...at, done: true }, 'a2  marked as done'],
  [{ ...at, done: false }, 'a2  not done'],
  [{ ...at, done: true, ask: true }, 'a2  continued'],
  [{ ...at, done: false, ask: true }, 'a2  stopped here'],
] as const)('prints the answer %j in the words of the question', (event, line) => {
  expect(runEventLines(event)).toEqual([line]);
});

test('a live run prints what changed before its ending; a record begins with its ending', () => {
  const ended = {
    at: 0,
    run: 'r1',
    event: 'ended',
    ending: 'executed-not-recovered',
    why: 'Lag below 1,000: not met',
    sent: [],
    changes: [
      { object: 'billing', value: '', before: '2 replicas', after: '3 replicas' },
      { object: 'lag billing-events p0', value: 'lag', before: '48,210', after: '48,210' },
      { object: 'Sessions', value: 'rows', before: '37', after: null },
    ],
  } as const;
  const changes = [
    'changes',
    '  billing: 2 replicas → 3 replicas',
    '  lag billing-events p0 lag unchanged: 48,210 → 48,210',
    '  Sessions rows: 37 → –',
  ];
  const ending = 'EXECUTED, NOT RECOVERED: Lag below 1,000: not met';
  expect(createRunEventPrinter()(ended)).toEqual([...changes, ending]);
  expect(runEventLines(ended)).toEqual([ending, ...changes.map((line) => `  ${line}`)]);
});

test('a refused run prints its plan folded', () => {
  const step = (id: string, calls: number): unknown => ({
    id,
    title: `Restart ${id}`,
    manual: false,
    danger: 'disruptive',
    plan: {
      targets: [],
      calls: Array.from({ length: calls }, () => ({ line: 'POST /restart' })),
      objects: [],
    },
  });
  const proposal = {
    ...{
      run: 'r1',
      runbook: 'restart',
      title: 'Restart both',
      system: 'shop',
      env: 'prod',
      tier: 'production',
    },
    steps: [step('a1', 2), step('a2', 1)],
    blast: { objects: 2 },
    checks: [
      { what: 'healthy instances', ok: false, why: '0 of 2 are ready' },
      { what: 'lock', ok: true, why: 'no other run' },
    ],
    gate: { arm: true, confirm: false, typed: false, windowMs: 0 },
  };
  const print = createRunEventPrinter();
  const event = (fields: object) => ({ at: 0, run: 'r1', ...fields }) as Parameters<typeof print>[0];
  const why = `production is read-only ${answerFlag.arm}`;
  expect([
    ...print(event({ event: 'planned', proposal })),
    ...print(event({ event: 'gated', passed: false, why })),
    ...print(event({ event: 'ended', ending: 'forbidden', why, sent: [] })),
  ]).toEqual([
    'restart on shop/prod (production), run r1: Restart both',
    '  a1  Restart a1  (disruptive)',
    '  a2  Restart a2  (disruptive)',
    '  impact: 2 objects',
    '  --dry-run prints the plan with 3 calls',
    `FORBIDDEN: ${why}`,
    '  add: --arm "REASON"',
  ]);
});
