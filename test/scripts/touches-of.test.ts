import { describe, expect, test } from 'vitest';
import { touchesOf } from '../../scripts/coverage/touches-of.ts';
import { type TraceLine, zTraceLine } from '../../scripts/trace/lines.ts';
import type { Runbook } from '../../src/domain/runbooks/runbook.ts';
import type { PlannedStep, Proposal } from '../../src/domain/runs/proposal.ts';
import type { CheckState, RunEnding, RunEvent } from '../../src/domain/runs/run.ts';
import type { TraceEvent } from '../../src/domain/runs/trace.ts';
import { runTraceEvent } from '../../src/runs/environment/run-trace.ts';

const runbook: Runbook = {
  id: 'restart',
  title: 'Restart',
  covers: [],
  params: [],
  diagnose: [{ id: 'd1', title: 'Pods', use: 'k8s.pods' }],
  act: [
    { id: 'a1', title: 'Restart it', use: 'k8s.restart' },
    { id: 'm1', title: 'Inform the team', manual: true },
  ],
  verify: [
    { id: 'v1', title: 'It is up', that: 'ready = 100', withinMs: 0, forMs: 0 },
    { id: 'v2', title: 'No OOM kills', that: 'oom = 0', withinMs: 0, forMs: 0 },
  ],
  position: { file: 'x.yaml', line: 1, col: 1 },
};

const ids = new Map([
  ['runbooks.restart', ['R-book']],
  ['runbooks.restart.diagnose.d1', ['R-diagnose']],
  ['runbooks.restart.act.a1', ['R-act']],
  ['runbooks.restart.act.m1', ['R-manual']],
  ['runbooks.restart.verify.v1', ['R-up']],
  ['runbooks.restart.verify.v2', ['R-oom']],
  ['signals.ready', ['R-ready']],
  ['signals.calls', ['R-calls']],
  ['signals.pods', ['R-pods']],
  ['logs.views.errors', ['R-errors']],
  ['contacts.lead', ['R-lead']],
  ['checklists.daily', ['R-daily']],
  ['review', ['R-review']],
]);

/** Parses the events as lines of the trace file, with its schema. */
const linesOf = (events: readonly TraceEvent[]): readonly TraceLine[] =>
  events.map((event) =>
    zTraceLine.parse(
      JSON.parse(JSON.stringify({ at: '2026-03-04T10:15:07.000Z', ...event, env: 'shop/dev' })),
    ),
  );

const profile: TraceEvent = {
  what: 'profile',
  file: 'x.yaml',
  tier: 'dev',
  sources: [
    { id: 'k8s', type: 'kubernetes' },
    { id: 'prom', type: 'prometheus' },
  ],
  signals: [
    { id: 'ready', source: 'prom', judged: true },
    { id: 'oom', source: 'prom', judged: true },
    { id: 'calls', of: ['ready', 'lines'], judged: false },
    { id: 'pods', facts: 'workloads', judged: false },
    { id: 'lines', source: 'k8s', view: 'errors', judged: false },
  ],
  runbooks: 1,
};

const touched = (events: readonly TraceEvent[]) => touchesOf(linesOf([profile, ...events]), () => ids);

const listed = ['R-lead', 'R-review'];

const plannedStep = (calls: readonly string[]): PlannedStep => ({
  id: 'a1/2',
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

const manualStep: PlannedStep = { ...plannedStep([]), id: 'm1', title: 'Inform the team', manual: true };

const check = (id: string, value: CheckState['value']): CheckState => ({ id, title: id, value, why: '' });
const met = [check('v1', 'true'), check('v2', 'true')];

interface Ran {
  readonly lines?: readonly string[];
  readonly readings?: readonly (readonly CheckState[])[];
  readonly ending?: RunEnding;
  readonly calls?: readonly string[];
  readonly answered?: boolean;
}

/** Returns the touches of a run with this output, these responses, verification readings and ending. */
const ran = ({
  lines = ['pod a'],
  readings = [met],
  ending = 'recovered',
  calls = ['PATCH deployment'],
  answered = true,
}: Ran = {}) => {
  const at = { run: 'r1', at: 0 };
  const proposal = {
    run: 'r1',
    runbook: 'restart',
    steps: [plannedStep(calls), manualStep],
  } as unknown as Proposal;
  const events: readonly RunEvent[] = [
    { ...at, event: 'planned', proposal },
    { ...at, event: 'diagnosed', found: { step: 'd1', title: 'Pods', lines, faults: [], done: true } },
    { ...at, event: 'acted', step: 'a1/2', ok: answered, result: '200' },
    { ...at, event: 'ticked', step: 'm1', done: true },
    ...readings.map((proofs): RunEvent => ({ ...at, event: 'verifying', proofs })),
    { ...at, event: 'ended', ending, why: '', sent: [] },
  ];
  return touched(events.map((event) => runTraceEvent(event, runbook)));
};
const rowsOf = (touches: ReturnType<typeof ran>): readonly string[] =>
  touches.filter(({ kind }) => kind !== 'listed').flatMap((touch) => touch.ids);

describe('a run that recovered', () => {
  test('covers the requirements of its steps with their danger, and none of the runbook itself', () => {
    expect(ran().filter(({ kind }) => kind !== 'listed')).toEqual([
      { ids: ['R-diagnose'], kind: 'diagnose', by: 'restart d1', danger: 'read', types: ['kubernetes'] },
      { ids: ['R-act'], kind: 'act', by: 'restart a1', danger: 'disruptive', types: ['kubernetes'] },
      { ids: ['R-manual'], kind: 'act', by: 'restart m1', danger: 'manual', types: [] },
      { ids: ['R-up'], kind: 'verify', by: 'restart v1', danger: 'read', types: ['prometheus'] },
      { ids: ['R-oom'], kind: 'verify', by: 'restart v2', danger: 'read', types: ['prometheus'] },
    ]);
  });

  test.each<[string, Ran, string]>([
    ['a diagnose step without output', { lines: ['', ' '] }, 'R-diagnose'],
    ['an act step with no target and no call', { calls: [] }, 'R-act'],
    ['a rejected call', { answered: false }, 'R-act'],
    [
      'a check that was met only temporarily',
      { readings: [met, [check('v1', 'true'), check('v2', 'false')]] },
      'R-oom',
    ],
  ])('%s covers none', (_, how, row) => {
    expect(rowsOf(ran())).toContain(row);
    expect(rowsOf(ran(how))).not.toContain(row);
  });
});

test.each(['failed', 'not-applicable', 'executed-not-recovered', 'cancelled'] as const)(
  'a run that ended as %s covers none',
  (ending) => {
    expect(rowsOf(ran({ ending }))).toEqual([]);
  },
);

const verdict = (signal: string, more: Partial<Extract<TraceEvent, { what: 'verdict' }>>): TraceEvent => ({
  what: 'verdict',
  signal,
  row: signal,
  was: 'none',
  level: 'ok',
  value: 1,
  ...more,
});

test('a signal covers requirements with a value and a level. The sources of its feeds and its view count too', () => {
  const poll = { what: 'poll-end', source: 'k8s', feed: 'k8s/pods', kind: 'workloads', ms: 1 } as const;
  const touches = touched([
    { ...poll, items: 3, faults: [] },
    // A failed read keeps the previous facts.
    { ...poll, items: 0, faults: [{ kind: 'timeout', source: 'k8s', message: 'late' }] },
    verdict('ready', {}),
    verdict('lines', { level: 'unknown' }),
    verdict('calls', { level: 'unknown' }),
    verdict('pods', { level: 'unknown' }),
  ]);
  expect(touches.filter(({ kind }) => kind !== 'listed')).toEqual([
    { ids: ['R-ready'], kind: 'signal', by: 'signal ready', danger: 'read', types: ['prometheus'] },
    {
      ids: ['R-calls'],
      kind: 'signal',
      by: 'signal calls',
      danger: 'read',
      types: ['kubernetes', 'prometheus'],
    },
    { ids: ['R-pods'], kind: 'signal', by: 'signal pods', danger: 'read', types: ['kubernetes'] },
    { ids: ['R-errors'], kind: 'view', by: 'view errors', danger: 'read', types: ['kubernetes'] },
  ]);
});

test.each<[string, Partial<Extract<TraceEvent, { what: 'verdict' }>>]>([
  ['no value', { value: null }],
  ['a value without a level', { level: 'unknown' }],
  ['a fault', { fault: { kind: 'timeout', source: 'prom', message: 'late' } }],
])('a signal with %s at the end covers nothing', (_, more) => {
  expect(rowsOf(touched([verdict('ready', {}), verdict('ready', more)]))).toEqual([]);
});

test('a view covers requirements with its first line, contacts and the review by existing; a checklist does not', () => {
  const touches = touched([{ what: 'first-line', source: 'k8s', view: 'errors' }]);
  expect(rowsOf(touches)).toEqual(['R-errors']);
  expect(touches.filter(({ kind }) => kind === 'listed').flatMap((touch) => touch.ids)).toEqual(listed);
});
