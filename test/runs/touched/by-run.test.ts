import { expect, test } from 'vitest';
import type { PlannedStep } from '../../../src/domain/proposal.ts';
import type { Ending, ProofState, RunEvent } from '../../../src/domain/run.ts';
import type { Runbook } from '../../../src/domain/runbook.ts';
import { followRun } from '../../../src/runs/touched/by-run.ts';
import type { Read } from '../../../src/runs/touched/types-of.ts';

const runbook: Runbook = {
  id: 'restart',
  title: 'Restart',
  covers: ['R-book'],
  params: [],
  diagnose: [{ id: 'd1', title: 'Pods', use: 'k8s.pods', covers: ['R-diagnose'] }],
  act: [{ id: 'a1', title: 'Restart it', use: 'k8s.restart', covers: ['R-act'] }],
  verify: [
    { id: 'v1', title: 'It is up', that: 'ready = 100', withinMs: 0, forMs: 0, covers: ['R-up'] },
    { id: 'v2', title: 'It is calm', that: 'oom = 0', withinMs: 0, forMs: 0, covers: ['R-calm'] },
  ],
  position: { file: 'x.yaml', line: 1, col: 1 },
};

const planned = (calls: readonly string[]): PlannedStep => ({
  id: 'a1',
  title: 'Restart it',
  manual: false,
  danger: 'disruptive',
  gate: { arm: false, confirm: true, preview: false, typed: false, windowMs: 0 },
  plan: {
    use: 'k8s.restart',
    danger: 'disruptive',
    targets: [],
    calls: calls.map((line) => ({ line })) as never,
    objects: [],
    params: {},
  },
});

// Only the sources and signals of a profile are read.
const read = {
  profile: { sources: [{ id: 'k8s', type: 'kubernetes' }], signals: [] },
  feeds: {},
} as unknown as Read;

const proof = (id: string, value: ProofState['value']): ProofState => ({ id, title: id, value, why: '' });

/** The rows that a run served: what it saw, how its proofs stood reading by reading, and how it ended. */
const servedBy = (
  lines: readonly string[],
  readings: readonly (readonly ProofState[])[],
  ending: Ending,
  calls: readonly string[] = ['PATCH deployment'],
): readonly string[] => {
  const follow = followRun({ runbook, planned: [planned(calls)] });
  const at = { run: 'r1', at: 0 };
  const events: readonly RunEvent[] = [
    { ...at, event: 'diagnosed', found: { step: 'd1', title: 'Pods', lines, faults: [], done: true } },
    { ...at, event: 'acted', step: 'a1', ok: true, result: '200' },
    ...readings.map((proofs): RunEvent => ({ ...at, event: 'verifying', proofs })),
    { ...at, event: 'ended', ending, why: '', sent: [] },
  ];
  return events.flatMap((event) => follow(event, read).flatMap(({ ids }) => ids));
};

const hold = [proof('v1', 'true'), proof('v2', 'true')];

test('a run that recovered served the rows of its steps, and none of the runbook as a whole', () => {
  expect(servedBy(['pod a'], [hold], 'recovered')).toEqual(['R-diagnose', 'R-act', 'R-up', 'R-calm']);
});

test.each(['failed', 'not-applicable', 'executed-not-recovered', 'cancelled'] as const)(
  'a run that ended as %s served none',
  (ending) => {
    expect(servedBy(['pod a'], [hold], ending)).toEqual([]);
  },
);

test('a diagnose step that brought nothing served none', () => {
  expect(servedBy(['', ' '], [hold], 'recovered')).not.toContain('R-diagnose');
});

test('an act step with no target and no call served none', () => {
  expect(servedBy(['pod a'], [hold], 'recovered', [])).not.toContain('R-act');
});

test('a proof that held for a moment, and not at the end, served none', () => {
  const last = [proof('v1', 'true'), proof('v2', 'false')];
  expect(servedBy(['pod a'], [hold, last], 'recovered')).toEqual(['R-diagnose', 'R-act', 'R-up']);
});
