import { expect, test } from 'vitest';
import type { SignalRow, Snapshot } from '../../src/domain/facts/snapshot.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { mentionsBefore } from '../../src/expressions/rows/mentions.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { fault, noon, snapshotWith } from '../support/made-facts.ts';

const pod = (name: string, more: Partial<Workload> = {}): Workload => ({
  source: 'k8s',
  at: noon,
  kind: 'pod',
  namespace: 'shop',
  name,
  owner: 'deploy api',
  node: 'n1',
  status: 'Running',
  uid: `uid of ${name}`,
  ...more,
});

const signal = (value: number | undefined): SignalRow => ({
  key: 'backup.age',
  id: 'backup.age',
  title: 'Last backup age',
  ...(value === undefined ? {} : { value }),
  unit: 'h',
  level: 'ok',
  source: 'backups',
  labels: {},
  stale: false,
});

const snapshotOf = (workloads: readonly Workload[], age?: number): Snapshot => ({
  ...snapshotWith({ workloads }),
  signals: [signal(age)],
});

const before = snapshotOf([pod('api-1', { generation: 4, image: 'api:1.8' }), pod('api-2')], 20);

const evaluate = (text: string, now: Snapshot, before: Snapshot | undefined) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, now, { now: noon, before });
};

test.each([
  [
    'all(workloads[name = api-1] | generation > ${before})',
    'true',
    'workloads shop · api-1 generation is 5, before the action 4',
  ],
  [
    'all(workloads[name = api-1] | image != ${before})',
    'false',
    'workloads shop · api-1 image is api:1.8, before the action api:1.8',
  ],
  ['all(workloads[name = api-3] | new)', 'true', 'workloads shop · api-3 did not exist before the action'],
  ['all(workloads[name = api-1] | new)', 'false', 'workloads shop · api-1 existed before the action'],
  ['any(workloads | not new)', 'true', 'workloads shop · api-1 existed before the action'],
  ['backup.age < ${before}', 'true', 'backup.age is 1 h, before the action 20 h'],
  ['backup.age > ${before}', 'false', 'backup.age is 1 h, before the action 20 h'],
  ['count(workloads) > ${before}', 'false', 'count of workloads is 2, before the action 2'],
  ['count(workloads | new) = 1', 'true', 'count of workloads, new is 1'],
])('%s is %s', (text, value, why) => {
  const now = snapshotOf([pod('api-1', { generation: 5, image: 'api:1.8' }), pod('api-3')], 1);
  expect(evaluate(text, now, before)).toEqual({ value, why });
});

test('a pod with the same name and another uid is new', () => {
  const now = snapshotOf([pod('api-2', { uid: 'another' })]);
  expect(evaluate('all(workloads[name = api-2] | new)', now, before).value).toBe('true');
});

test.each([
  'all(workloads[name = api-3] | generation > ${before})',
  'all(workloads[name = api-3] | new)',
  'backup.age < ${before}',
  'count(workloads) = ${before}',
])('%s is unknown when the time before the action is unknown', (text) => {
  const now = snapshotOf([pod('api-3', { generation: 5 })], 1);
  const hidden: Snapshot = snapshotOf([], undefined);
  const blind = { ...hidden.kinds.workloads, faults: [fault('denied')] };
  expect(evaluate(text, now, undefined).value).toBe('unknown');
  expect(evaluate(text, now, { ...hidden, kinds: { ...hidden.kinds, workloads: blind } }).value).toBe(
    'unknown',
  );
});

test('a snapshot compared with itself shows no change', () => {
  expect(evaluate('all(workloads[name = api-1] | generation > ${before})', before, before).value).toBe(
    'false',
  );
  expect(evaluate('any(workloads | new)', before, before).value).toBe('false');
  expect(evaluate('backup.age = ${before}', before, before).value).toBe('true');
});

test('detects a comparison with the state before the action', () => {
  const mentions = (text: string) => {
    const parsed = parseExpression(text);
    return parsed.ok && mentionsBefore(parsed.expression);
  };
  expect(mentions('a > 1 or not (b < "${before}")')).toBe(true);
  expect(mentions('count(workloads[not new]) = 0')).toBe(true);
  expect(mentions('count(workloads) >= ${before}')).toBe(true);
  expect(mentions('all(workloads[name = new] | ready = 1)')).toBe(false);
});

test('a later start of the same run is a clock that was set, and proves nothing', () => {
  const later = [
    pod('api-1', { startedAt: noon + 1000 }),
    pod('api-2', { startedAt: noon + 1000, uid: 'another' }),
  ];
  const earlier = snapshotOf([pod('api-1', { startedAt: noon }), pod('api-2', { startedAt: noon })]);
  const started = (name: string) =>
    evaluate(`all(workloads[name = ${name}] | startedAt > \${before})`, snapshotOf(later), earlier);
  expect(started('api-1').value).toBe('unknown');
  expect(started('api-2').value).toBe('true');
});
