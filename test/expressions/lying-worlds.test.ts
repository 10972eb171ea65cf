import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../src/domain/runbooks/operation.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import {
  breaker,
  health,
  lag,
  noon,
  sample,
  snapshotOfSignals,
  snapshotWith,
  spec,
} from '../support/made-facts.ts';

const evaluate = (text: string, before: Snapshot, now: Snapshot, effects: readonly DeclaredEffect[] = []) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, now, { now: noon, before, witnesses: { effects } });
};

const pod = (name: string, more: Partial<Workload> = {}): Workload => ({
  ...{
    source: 'bus',
    at: noon,
    kind: 'pod',
    namespace: 'shop',
    name,
    owner: 'deploy orders',
    node: '',
    uid: name,
  },
  ...{ status: 'Running', ready: 1, wanted: 1 },
  ...more,
});
const pods = (...rows: Workload[]): Snapshot => snapshotWith({ workloads: rows });
const series = (values: Readonly<Record<string, number>>): Snapshot =>
  snapshotOfSignals(
    [spec('errors', { unit: '' })],
    Object.entries(values).map(([instance, value]) => sample('errors', value, { labels: { instance } })),
  );
const word = (value: string, parts: Readonly<Record<string, number>>): Snapshot =>
  snapshotOfSignals(
    [spec('health', { unit: '', threshold: { crit: { op: '!=', value: 'healthy' } } })],
    [sample('health', value, { parts })],
  );

/** A queue and the signal of its depth. */
const ofQueue = (depth: number, created: string, kind = 'sqs'): Snapshot => ({
  ...snapshotWith({
    queues: [{ source: 'bus', at: noon, name: 'orders', kind, depth, deadLettersOf: [], created }],
  }),
  signals: snapshotOfSignals(
    [spec('depth', { unit: '', read: { depth: 'orders' } })],
    [sample('depth', depth)],
  ).signals,
});

const restarts: DeclaredEffect = {
  does: 'replaces',
  kind: 'workloads',
  where: { kind: 'pod', owner: 'deploy orders', namespace: 'shop' },
};
const crash = { status: 'CrashLoopBackOff', ready: 0 } as const;
const notCrashed = 'not any(workloads[kind = pod] | status = CrashLoopBackOff)';

test.each<readonly [string, string, Snapshot, Snapshot, readonly DeclaredEffect[]]>([
  [
    'a witness is renamed',
    'errors < 5',
    series({ 'orders-1': 48, b: 1 }),
    series({ 'orders-one': 1, b: 1 }),
    [],
  ],
  [
    'a pod with a new uid belongs to another owner',
    notCrashed,
    pods(pod('orders-1', crash)),
    pods(pod('billing-1', { owner: 'deploy billing' })),
    [restarts],
  ],
  [
    'a pod of the same name and a new uid belongs to another owner',
    notCrashed,
    pods(pod('orders-1', crash)),
    pods(pod('orders-1', { uid: 'other', owner: 'deploy billing' })),
    [restarts],
  ],
  [
    'a pod of the same owner in another namespace takes the place',
    notCrashed,
    pods(pod('orders-1', crash)),
    pods(pod('orders-9', { namespace: 'other' })),
    [restarts],
  ],
  [
    'the same pod is given to another owner',
    'not any(workloads[owner = "deploy orders"] | status = CrashLoopBackOff)',
    pods(pod('orders-1', crash)),
    pods(pod('orders-1', { ...crash, owner: '' })),
    [],
  ],
  [
    'a breaker is registered again under another service',
    'not any(breakers[service = bus] | state = open)',
    snapshotWith({ breakers: [breaker('payment', { state: 'open', service: 'bus' })] }),
    snapshotWith({ breakers: [breaker('payment', { state: 'open', service: 'bus2' })] }),
    [],
  ],
  [
    'a check is renamed',
    'all(health | status = up)',
    snapshotWith({ health: [health('orders', { status: 'down' }), health('bus')] }),
    snapshotWith({ health: [health('orders-old', { status: 'up' }), health('bus')] }),
    [],
  ],
  [
    'a group is created again under the same name, and its topic is empty',
    'all(lag | lag < 1000)',
    snapshotWith({ lag: [lag('billing', { committed: 10n, end: 50_000n, lag: 49_990 })] }),
    snapshotWith({ lag: [lag('billing', { committed: 0n, end: 0n, lag: 0 })] }),
    [],
  ],
  [
    'a topic has fewer partitions',
    'all(lag | lag < 1000)',
    snapshotWith({
      lag: [lag('billing', { partition: 0, lag: 0 }), lag('billing', { partition: 1, lag: 49_990 })],
    }),
    snapshotWith({ lag: [lag('billing', { partition: 0, lag: 0 })] }),
    [],
  ],
  [
    'a commit is beyond the end, so that there is no lag',
    'not any(lag | lag > 1000)',
    snapshotWith({ lag: [lag('billing', { committed: 10n, end: 50_000n, lag: 49_990 })] }),
    snapshotWith({
      lag: [(({ lag: _, ...rest }) => rest)(lag('billing', { committed: 60_000n, end: 50_000n }))],
    }),
    [],
  ],
  [
    'the wanted replicas of a deployment are lowered to those that are ready',
    'all(workloads[kind = deployment] | ready = wanted)',
    pods(pod('orders', { kind: 'deployment', owner: '', ready: 1, wanted: 3 })),
    pods(pod('orders', { kind: 'deployment', owner: '', ready: 1, wanted: 1 })),
    [],
  ],
  [
    'the bad container of a Compose service is removed, so that fewer are wanted',
    'all(workloads[kind = service] | ready = wanted)',
    pods(pod('web', { kind: 'service', owner: 'shop', ready: 1, wanted: 2, status: 'degraded' })),
    pods(pod('web', { kind: 'service', owner: 'shop', ready: 1, wanted: 1, status: 'running' })),
    [],
  ],
  [
    'the unhealthy container behind the health of a service is removed',
    'health = ok',
    word('unhealthy', { '{"container":"web-1"}': 1, '{"container":"web-2"}': 0 }),
    word('healthy', { '{"container":"web-1"}': 1 }),
    [],
  ],
  [
    'the queue of a depth is deleted, and another one is created under its name',
    'depth = 0',
    ofQueue(12, '1700000000'),
    ofQueue(0, '1700000900'),
    [],
  ],
  [
    'the dead letters of a depth are purged',
    'depth = 0',
    ofQueue(12, '1700000000', 'dlq'),
    ofQueue(0, '1700000000', 'dlq'),
    [],
  ],
  [
    'a series gets another label, and a good one takes its name',
    'errors < 5',
    series({ 'orders-1': 48 }),
    snapshotOfSignals(
      [spec('errors', { unit: '' })],
      [sample('errors', 1, { labels: { instance: 'orders-1', zone: 'b' } })],
    ),
    [],
  ],
  [
    'the value becomes a word',
    'errors != 48',
    series({ 'orders-1': 48 }),
    snapshotOfSignals(
      [spec('errors', { unit: '' })],
      [sample('errors', 'n/a', { labels: { instance: 'orders-1' } })],
    ),
    [],
  ],
])('%s: nothing is proved', (_, text, before, now, effects) => {
  expect(evaluate(text, before, now, effects)).toMatchObject({ value: expect.not.stringMatching('true') });
});

const complete = 'all(workloads[kind = deployment] | ready = wanted)';
const deployment = (ready: number, wanted: number): Snapshot =>
  pods(pod('orders', { kind: 'deployment', owner: '', ready, wanted }));

test('a deployment that the action scales down, or that is completed and scaled down later, proves that it is complete', () => {
  const scales: DeclaredEffect = { ...restarts, does: 'ends' };
  expect(evaluate(complete, deployment(1, 3), deployment(1, 1), [scales]).value).toBe('true');
  expect(evaluate(complete, deployment(1, 3), deployment(2, 2)).value).toBe('true');
  expect(evaluate(complete, deployment(3, 3), deployment(2, 2)).value).toBe('true');
});

test('a Compose service that the action scales down proves that it is complete', () => {
  const service = (ready: number, wanted: number): Snapshot =>
    pods(pod('web', { kind: 'service', owner: 'shop', ready, wanted }));
  const where = { kind: 'container', namespace: 'shop', owner: 'web' };
  const ends: DeclaredEffect = { does: 'ends', kind: 'workloads', where };
  const text = 'all(workloads[kind = service] | ready = wanted)';
  expect(evaluate(text, service(1, 2), service(1, 1), [ends]).value).toBe('true');
  expect(evaluate(text, service(1, 2), service(2, 2)).value).toBe('true');
});

test('a queue that is the same one and a part that is healthy again prove it', () => {
  expect(evaluate('depth = 0', ofQueue(12, '1700000000'), ofQueue(0, '1700000000')).value).toBe('true');
  const parts = (health: number) => ({ '{"container":"web-1"}': 1, '{"container":"web-2"}': health });
  expect(evaluate('health = ok', word('unhealthy', parts(0)), word('healthy', parts(1))).value).toBe('true');
});
