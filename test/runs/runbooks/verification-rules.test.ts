import { expect, test } from 'vitest';
import type { Runbook, VerifyStep } from '../../../src/domain/runbooks/runbook.ts';
import { verificationDiagnostics } from '../../../src/runs/runbooks/verification-rules.ts';

const acting: Runbook = {
  id: 'restart',
  title: 'Restart the service',
  covers: [],
  params: [],
  diagnose: [],
  act: [{ id: 'a1', title: 'Restart it', use: 'k8s.restart' }],
  verify: [],
  position: { file: 'p.yaml', line: 1, col: 1 },
};

const step = (more: Partial<VerifyStep>): VerifyStep => ({
  id: 'v1',
  title: 'x',
  withinMs: 1,
  forMs: 0,
  ...more,
});
const that = (text: string): VerifyStep => step({ that: text });
const ready = that('all(workloads[name = api] | status = available)');

const whatOf = (more: Partial<Runbook>): readonly string[] =>
  verificationDiagnostics({ ...acting, ...more }, { signals: [], sourcesOfKind: () => ['k8s', 'pg'] }).map(
    ({ what }) => what,
  );
const mayBeEmpty = [
  'nothing tells that a check fails before the action, so the verification may prove nothing',
];
const noSymptom = [
  'no check can show that the symptom in when has ended, so every run ends as executed, symptom not proved',
];
const empty = ['verification already holds before the action, and so proves nothing'];

test.each<[string, Partial<Runbook>]>([
  ['no `when`, and a state that a healthy service is in', { verify: [ready] }],
  ['a reading of a constant', { verify: [step({ use: 'pg.query', expect: { value: 'eventbus_db' } })] }],
  [
    'a parameter that only chooses the rows',
    { verify: [that('all(workloads[name in (${param.names})] | status = available)')] },
  ],
  [
    'a comparison with the time before that is a guard',
    { verify: [{ ...that('n > ${before}'), guard: true }, ready] },
  ],
])('%s: without `when` it may be true before the act', (_, more) => {
  expect(whatOf(more)).toEqual(mayBeEmpty);
});

test.each<[string, Partial<Runbook>]>([
  ['another signal than `when`', { when: 'errors > 5', verify: [that('lag < 100')] }],
  [
    'only a trace of the act',
    { when: 'lag > 1000', verify: [that('all(workloads[owner = "deploy api"] | new)')] },
  ],
  [
    'only a guard on the symptom',
    { when: 'lag > 1000', verify: [{ ...that('lag < 10'), guard: true }, ready] },
  ],
])('%s: nothing shows that the symptom is gone', (_, more) => {
  expect(whatOf(more)).toEqual(noSymptom);
});

test.each<[string, Partial<Runbook>]>([
  [
    'a number beside a level: its limit may be that number',
    { when: 'heap >= warn', verify: [that('heap < 80')] },
  ],
  [
    'a check of another kind that shows the symptom',
    { when: 'errors > 5', verify: [{ ...that('lag < 100'), symptom: true }] },
  ],
  ['an alert, which names no measurement', { when: 'alert(HighLag)', verify: [that('lag < 100')] }],
])('%s: no diagnostic', (_, more) => {
  expect(whatOf(more)).toEqual([]);
});

test.each<[string, Partial<Runbook>]>([
  ['a range that `when` allows as well', { when: 'lag > 1000', verify: [that('lag < 5000')] }],
  ['a level that `when` allows as well', { when: 'lag >= warn', verify: [that('lag <= warn')] }],
  [
    'rows that `when` allows as well',
    { when: 'any(breakers | state = open)', verify: [that('all(breakers | state != closed)')] },
  ],
])('%s: verification is true before the act', (_, more) => {
  expect(whatOf(more)).toEqual(empty);
});

test.each<[string, Partial<Runbook>]>([
  ['rows that are new', { verify: [that('all(workloads[owner = "deploy api"] | new)')] }],
  ['a value from before the act', { verify: [ready, that('backup.age < ${before}')] }],
  ['a change', { verify: [step({ use: 'pg.query', expect: { change: '> 0' } })] }],
  ['the value that was asked for', { verify: [that('replicas = ${param.n}')] }],
  [
    'a reading of what was asked for',
    { verify: [step({ use: 'pg.query', with: { n: '${param.n}' }, expect: {} })] },
  ],
  [
    'what the choice of a parameter rules out',
    {
      params: [
        { name: 'alert', title: 'Alert', type: 'choice', from: 'alerts.name', where: 'state = firing' },
      ],
      verify: [that('all(alerts[name = "${param.alert}"] | state = silenced)')],
    },
  ],
  ['an expression that cannot be read', { verify: [that('all(workloads | status = available')] }],
  ['a `when` that cannot be read', { when: 'lag >', verify: [ready] }],
  ['what `when` rules out', { when: 'lag > 1000', verify: [that('lag < 100')] }],
  ['a limit that `when` just reaches', { when: 'lag = 100', verify: [that('lag < 100')] }],
  ['a level that `when` rules out', { when: 'lag >= crit for 30s', verify: [that('lag <= warn')] }],
  [
    'a state that `when` rules out',
    { when: 'any(breakers | state = open)', verify: [that('all(breakers | state = closed)')] },
  ],
  ['nothing to run', { act: [{ id: 'a1', title: 'x', manual: true }], verify: [ready] }],
  ['no verification', { verify: 'none' }],
])('%s: no diagnostic', (_, more) => {
  expect(whatOf(more)).toEqual([]);
});
