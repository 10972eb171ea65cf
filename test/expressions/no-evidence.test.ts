import { expect, test } from 'vitest';
import type { AnyFact, FactKind } from '../../src/domain/facts/facts.ts';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../src/domain/runbooks/operation.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { CiRow } from '../../src/kinds/ci/fact.ts';
import type { ClusterNode } from '../../src/kinds/nodes/fact.ts';
import type { Queue } from '../../src/kinds/queues/fact.ts';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { breaker, health, lag, noon, snapshotWith } from '../support/made-facts.ts';

const evaluate = (text: string, before: Snapshot, now: Snapshot, effects: readonly DeclaredEffect[] = []) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, now, { now: noon, before, witnesses: { effects } });
};

const stamp = { source: 'bus', at: noon };

const run = (more: Partial<CiRow>): CiRow => ({
  ...{ ...stamp, kind: 'run', repo: 'shop/api', workflow: 'ci', branch: 'main', run: '8', number: 8 },
  ...{ status: 'success', isRequired: true },
  ...more,
});

const node = (more: Partial<ClusterNode>): ClusterNode => ({
  ...{ ...stamp, name: 'node-1', status: 'Ready', problems: [], isCordoned: false, roles: [], uid: 'uid-1' },
  ...more,
});

const queue = (more: Partial<Queue>): Queue => ({
  ...{
    ...stamp,
    name: 'orders-dlq',
    kind: 'dlq',
    depth: 0,
    deadLettersOf: ['orders'],
    created: '1700000000',
  },
  ...more,
});

const deployment = (more: Partial<Workload>): Workload => ({
  ...{ ...stamp, kind: 'deployment', namespace: 'shop', name: 'orders', owner: '', node: '', uid: 'uid-1' },
  ...{ status: 'available', ready: 2, wanted: 2 },
  ...more,
});

const kustomization = (more: Partial<Workload>): Workload =>
  deployment({ kind: 'kustomization', status: 'Ready', ...more });

const session = (more: Partial<DbSession>): DbSession => ({
  ...{ ...stamp, database: 'shop', pid: 41, user: 'app', state: 'idle in transaction', waiting: '' },
  ...{
    durationMs: 90_000,
    transactionMs: 90_000,
    blockedBy: [],
    query: 'SELECT 1',
    startedAt: noon - 99_000,
  },
  ...more,
});

const container = (more: Partial<Workload>): Workload => ({
  ...{ ...stamp, kind: 'container', namespace: 'shop', name: 'shop-db-1', owner: 'db', node: '' },
  ...{ status: 'running', ready: 1, wanted: 1 },
  ...more,
});
const unhealthy = container({ status: 'unhealthy', ready: 0, isHealthChecked: true });

const unbuilt = kustomization({ status: 'BuildFailed', delivery: 'failed' });
const stuck = deployment({ status: 'stuck: ProgressDeadlineExceeded' });
const notLong = 'not any(sessions | state = "idle in transaction" and durationMs > 60000)';
const failedRun = run({ run: '7', number: 7, status: 'failure' });
const noFailedRun = 'not any(ci | status = failure)';
const isUp = 'all(health | status = up)';
const databaseDown = health('orders', {
  ...{ status: 'down', detail: 'db DOWN', report: 'health' },
  components: [
    { name: 'db', status: 'DOWN' },
    { name: 'disk', status: 'UP' },
  ],
});
const caughtUp = 'all(lag | lag < 1000)';
const behind = lag('billing', { committed: 1000n, end: 50_000n, lag: 49_000, members: 3 });
const emptyDlq = 'all(queues[kind = dlq] | depth = 0)';
const notOpen = 'not any(breakers | state = open)';
const open = breaker('payment', { state: 'open' });
const readyNodes = 'all(nodes | status = Ready)';

test.each<readonly [string, FactKind, string, AnyFact, AnyFact, string]>([
  [
    'a newer run of CI that was canceled',
    ...(['ci', noFailedRun, failedRun, run({ status: 'cancelled' })] as const),
    'ended with the status cancelled, which does not count as passed, it was failure before the action',
  ],
  [
    'a newer run of CI that was skipped',
    ...(['ci', noFailedRun, failedRun, run({ status: 'skipped' })] as const),
    'ended with the status skipped, which does not count as passed',
  ],
  [
    'a health report without the part that was down',
    'health',
    isUp,
    databaseDown,
    health('orders', { report: 'health', components: [{ name: 'disk', status: 'UP' }] }),
    'no longer reports the component db, it was down before the action',
  ],
  [
    'a health report whose part is still down, although the whole is up',
    'health',
    isUp,
    databaseDown,
    health('orders', { report: 'health', components: [{ name: 'db', status: 'DOWN' }] }),
    'is up, but still reports the component db as down',
  ],
  [
    'a dead-letter queue that is none any more',
    ...(['queues', 'not any(queues[kind = dlq] | depth > 0)', queue({ depth: 12 })] as const),
    queue({ kind: 'sqs', depth: 12, deadLettersOf: [] }),
    'is no longer the dead-letter queue of another queue, so the messages may still be there',
  ],
  [
    'a node that has lost its role',
    'nodes',
    'not any(nodes[roles = worker] | status = NotReady)',
    node({ status: 'NotReady', roles: ['worker'] }),
    node({ status: 'NotReady' }),
    'no longer has the role worker, so the check of that role leaves this node out',
  ],
  [
    'a failed run that is no longer required',
    ...(['ci', 'all(ci | level != crit)', failedRun] as const),
    run({ run: '7', number: 7, status: 'failure', isRequired: false }),
    'has failed, but is no longer a required check',
  ],
  [
    'a page that answers in place of the health report',
    'health',
    isUp,
    health('orders', { status: 'degraded', report: 'health' }),
    health('orders', { httpStatus: 200 }),
    'no longer answers with a health report',
  ],
  [
    'another page in place of the one that passed before the failure',
    'health',
    isUp,
    health('orders', { status: 'down', httpStatus: 502 }),
    health('orders', { httpStatus: 200, otherPage: 'answers with another page' }),
    'answers with another page, it was down before the action',
  ],
  [
    'offsets that were set while the group was empty',
    'lag',
    caughtUp,
    behind,
    lag('billing', { committed: 50_000n, end: 50_000n, lag: 0, members: 0 }),
    'has no members any more, so a person or a program set the offsets and no message was consumed',
  ],
  [
    'offsets that were set before the members came back',
    'lag',
    caughtUp,
    behind,
    lag('billing', { committed: 50_000n, end: 50_000n, lag: 0, members: 3, setAt: noon + 1 }),
    'had no members while the offsets were set, so messages were skipped',
  ],
  [
    'unread messages that were deleted from the topic',
    'lag',
    caughtUp,
    behind,
    lag('billing', { committed: 50_000n, end: 50_000n, lag: 0, members: 3, deletedAt: noon + 1 }),
    'lost unread messages to a deletion in the topic, so the consumers may have skipped them',
  ],
  [
    'a dead-letter queue that was deleted and created again',
    'queues',
    emptyDlq,
    queue({ depth: 12 }),
    queue({ created: '1700000900' }),
    'no longer exists, and a new object has its name',
  ],
  [
    'dead letters that no consumer can have processed',
    'queues',
    emptyDlq,
    queue({ depth: 12 }),
    queue({}),
    'has fewer messages and no consumer, so the messages were moved, purged or expired',
  ],
  [
    'messages of a queue whose only consumer was switched off',
    'queues',
    'all(queues | depth = 0)',
    queue({ kind: 'sqs', depth: 12, consumers: ['bill'] }),
    queue({ kind: 'sqs', consumers: ['bill (Disabled)'] }),
    'has fewer messages and no consumer',
  ],
  [
    'messages that were as old as the retention time',
    'queues',
    'all(queues | depth = 0)',
    queue({ kind: 'sqs', depth: 12, oldestSeconds: 345_400, retentionSeconds: 345_600 }),
    queue({ kind: 'sqs' }),
    'deletes old messages, so the messages from before may have expired unread',
  ],
  [
    'a breaker that is half-open by its timer',
    'breakers',
    notOpen,
    open,
    breaker('payment', { state: 'half-open', bufferedCalls: 0 }),
    'is half-open only because the timer ran out: no trial call has passed yet',
  ],
  [
    'a breaker that is half-open, of a source that reports no calls',
    'breakers',
    notOpen,
    open,
    breaker('payment', { state: 'half-open' }),
    'is half-open only because the timer ran out: no trial call has passed yet',
  ],
  [
    'a container that runs without its health check',
    ...(['workloads', 'not any(workloads | status = unhealthy)', unhealthy] as const),
    container({ isHealthChecked: false }),
    'no longer has a health check, it was unhealthy before the action',
  ],
  [
    'a deployment without its readiness probe',
    'workloads',
    'not any(workloads | ready < 1)',
    deployment({ status: 'not ready', ready: 0, wanted: 1, isHealthChecked: true }),
    deployment({ ready: 1, wanted: 1, isHealthChecked: false }),
    'no longer has a health check, it was not ready before the action',
  ],
  [
    'a deployment whose rollout was paused',
    ...(['workloads', 'not any(workloads | status matches /^stuck/)', stuck] as const),
    deployment({ status: 'paused' }),
    'is paused, it was stuck: ProgressDeadlineExceeded before the action',
  ],
  [
    'a Kustomization that was suspended',
    ...(['workloads', 'not any(workloads | status = BuildFailed)', unbuilt] as const),
    kustomization({ status: 'suspended', delivery: 'suspended' }),
    'is suspended, it was BuildFailed before the action',
  ],
  [
    'a Kustomization that is tried again',
    ...(['workloads', 'not any(workloads | status = BuildFailed)', unbuilt] as const),
    kustomization({ status: 'reconciling', delivery: 'pending' }),
    'has begun another attempt, which has no result yet, it was BuildFailed before the action',
  ],
  [
    'a short statement in a transaction that has been open for long',
    ...(['sessions', notLong, session({})] as const),
    session({ at: noon + 30_000, durationMs: 200, transactionMs: 120_000 }),
    'is still in the same transaction and keeps all locks',
  ],
  [
    'a node that registered again under its name',
    'nodes',
    readyNodes,
    node({ status: 'NotReady' }),
    node({ uid: 'uid-2' }),
    'no longer exists, and a new object has its name',
  ],
])('%s proves nothing', (_, kind, text, was, is, why) => {
  const truth = evaluate(text, snapshotWith({ [kind]: [was] }), snapshotWith({ [kind]: [is] }));
  expect(truth).toMatchObject({ value: 'unknown', why: expect.stringContaining(why) });
});

test.each<readonly [string, FactKind, string, AnyFact, AnyFact]>([
  ['a newer run of CI that passed', 'ci', noFailedRun, failedRun, run({})],
  [
    'a skipped run after one that did not fail',
    ...(['ci', noFailedRun, run({ run: '7', number: 7, status: 'in_progress' })] as const),
    run({ status: 'skipped' }),
  ],
  [
    'a health report in which the part is up',
    'health',
    isUp,
    databaseDown,
    health('orders', { report: 'health', components: [{ name: 'db', status: 'UP' }] }),
  ],
  [
    'a part that is reported by its own parts',
    'health',
    isUp,
    databaseDown,
    health('orders', { report: 'health', components: [{ name: 'db/primary', status: 'UP' }] }),
  ],
  [
    'a page after an error that was no report',
    'health',
    isUp,
    health('orders', { status: 'down', httpStatus: 502, report: 'word' }),
    health('orders', { httpStatus: 200 }),
  ],
  ['a lag that members consumed', 'lag', caughtUp, behind, { ...behind, committed: 49_990n, lag: 10 }],
  [
    'a lag that members consumed after their offsets were set',
    'lag',
    caughtUp,
    { ...behind, setAt: noon },
    { ...behind, lag: 10, setAt: noon },
  ],
  [
    'a lag of a consumer that joins no group',
    'lag',
    caughtUp,
    { ...behind, members: 0 },
    { ...behind, members: 0, lag: 10 },
  ],
  [
    'a dead-letter queue that a function polls',
    ...([
      'queues',
      emptyDlq,
      queue({ depth: 12 }),
      queue({ consumers: ['retry', 'old (Disabled)'] }),
    ] as const),
  ],
  [
    'a dead-letter queue with a message in process',
    'queues',
    emptyDlq,
    queue({ depth: 12, inFlight: 1 }),
    queue({}),
  ],
  [
    'a queue of consumers that the source cannot list',
    ...([
      'queues',
      'all(queues | depth = 0)',
      queue({ kind: 'sqs', depth: 12 }),
      queue({ kind: 'sqs' }),
    ] as const),
  ],
  [
    'a queue of young messages',
    'queues',
    'all(queues | depth = 0)',
    queue({ kind: 'sqs', depth: 12, oldestSeconds: 600, retentionSeconds: 345_600 }),
    queue({ kind: 'sqs' }),
  ],
  [
    'a half-open breaker with trial calls',
    ...(['breakers', notOpen, open, breaker('payment', { state: 'half-open', bufferedCalls: 2 })] as const),
  ],
  [
    'a session in a new transaction',
    ...(['sessions', notLong, session({})] as const),
    session({ at: noon + 30_000, durationMs: 200, transactionMs: 5000 }),
  ],
  [
    'a container whose health check passes',
    ...(['workloads', 'not any(workloads | status = unhealthy)', unhealthy] as const),
    container({ isHealthChecked: true }),
  ],
  [
    'a container that ran without a health check',
    ...([
      'workloads',
      'not any(workloads | status = exited)',
      container({ status: 'exited', ready: 0 }),
    ] as const),
    container({ isHealthChecked: false }),
  ],
  [
    'a deployment that rolled out',
    ...(['workloads', 'not any(workloads | status matches /^stuck/)', stuck] as const),
    deployment({ status: 'available' }),
  ],
  [
    'a Kustomization that is ready again',
    ...(['workloads', 'not any(workloads | status = BuildFailed)', unbuilt] as const),
    kustomization({}),
  ],
  [
    'a health report with another part that has always been unknown',
    'health',
    isUp,
    { ...databaseDown, components: [...databaseDown.components, { name: 'mail', status: 'UNKNOWN' }] },
    health('orders', {
      report: 'health',
      components: [
        { name: 'db', status: 'UP' },
        { name: 'mail', status: 'UNKNOWN' },
      ],
    }),
  ],
  ['the same node', 'nodes', readyNodes, node({ status: 'NotReady' }), node({})],
])('%s proves the recovery', (_, kind, text, was, is) => {
  const truth = evaluate(text, snapshotWith({ [kind]: [was] }), snapshotWith({ [kind]: [is] }));
  expect(truth.value).toBe('true');
});

test('an operation that ends a failed run explains that its successor was canceled', () => {
  const [before, now] = [failedRun, run({ status: 'cancelled' })].map((row) => snapshotWith({ ci: [row] }));
  const ends: DeclaredEffect = { does: 'ends', kind: 'ci', where: { workflow: 'ci' } };
  if (before === undefined || now === undefined) throw new Error('no snapshots');
  expect(evaluate(noFailedRun, before, now, [ends]).value).toBe('true');
});

const counting = (restarts: number) => snapshotWith({ workloads: [container({ restarts })] });
const fewRestarts = 'not any(workloads | restarts > 5)';

test('restarts of a container that are fewer than before prove nothing, unless the action restarts it', () => {
  expect(evaluate(fewRestarts, counting(7), counting(0))).toMatchObject({
    value: 'unknown',
    why: 'restarts of workloads shop · shop-db-1 was reset by a restart, 7 → 0',
  });
  expect(evaluate('all(workloads | restarts = 0)', counting(7), counting(0)).value).toBe('unknown');
  expect(evaluate('count(workloads[restarts > 5]) = 0', counting(7), counting(0)).value).toBe('unknown');
  const restarts: DeclaredEffect = { does: 'replaces', kind: 'workloads', where: { name: 'shop-db-1' } };
  expect(evaluate(fewRestarts, counting(7), counting(0), [restarts]).value).toBe('true');
});

test('restarts that are fewer than before leave other claims as they are', () => {
  expect(evaluate('all(workloads | restarts <= ${before})', counting(7), counting(0)).value).toBe('true');
  expect(evaluate('all(workloads | status = running)', counting(7), counting(0)).value).toBe('true');
  expect(evaluate('not any(workloads | restarts > 9)', counting(7), counting(0)).value).toBe('true');
  const [then, now] = ['1', '2'].map((run, index) =>
    snapshotWith({ workloads: [container({ run, restarts: 7 - 7 * index })] }),
  );
  if (then === undefined || now === undefined) throw new Error('no snapshots');
  expect(evaluate('all(workloads | new and restarts = 0)', then, now).value).toBe('true');
  expect(evaluate('not any(workloads | not new or restarts > 5)', then, now).value).toBe('true');
});

test('offsets that the action sets by its declaration are its effect', () => {
  const now = lag('billing', { committed: 50_000n, end: 50_000n, lag: 0, members: 3, setAt: noon + 1 });
  const sets: DeclaredEffect = { does: 'ends', stays: true, kind: 'lag', where: { group: 'billing' } };
  const [before, after] = [snapshotWith({ lag: [behind] }), snapshotWith({ lag: [now] })];
  expect(evaluate(caughtUp, before, after, [sets]).value).toBe('true');
  expect(evaluate(caughtUp, before, after, [{ ...sets, where: { group: 'mail' } }]).value).toBe('unknown');
  // What is gone was not set.
  expect(evaluate('not any(lag | lag > 1000)', before, snapshotWith({}), [sets]).value).toBe('unknown');
});

test('dead letters that the action moves or purges are its effect', () => {
  const [before, after] = [12, 0].map((depth) => snapshotWith({ queues: [queue({ depth })] }));
  const sets: DeclaredEffect = { does: 'ends', stays: true, kind: 'queues', where: { name: 'orders-dlq' } };
  if (before === undefined || after === undefined) throw new Error('no snapshots');
  expect(evaluate(emptyDlq, before, after, [sets]).value).toBe('true');
});

const pod = (name: string, more: Partial<Workload>): Workload => ({
  ...{ ...stamp, kind: 'pod', namespace: 'shop', name, owner: 'deploy orders', node: 'n1', uid: name },
  ...{ status: 'Running', ready: 1, wanted: 1, isHealthChecked: true },
  ...more,
});
const restarted = {
  does: 'replaces',
  kind: 'workloads',
  where: { kind: 'pod', owner: 'deploy orders' },
} as const;

test.each([[restarted], [{ ...restarted, ready: 1 }]])(
  'a pod without a readiness probe is no successor of one that failed its own: %j',
  (effect) => {
    const before = snapshotWith({ workloads: [pod('orders-a', { ready: 0 })] });
    const after = (isHealthChecked: boolean) =>
      snapshotWith({ workloads: [pod('orders-b', { isHealthChecked })] });
    expect(evaluate('all(workloads | ready = 1)', before, after(true), [effect]).value).toBe('true');
    expect(evaluate('all(workloads | ready = 1)', before, after(false), [effect])).toMatchObject({
      value: 'unknown',
      why: 'workloads shop · orders-a is gone, it was Running before the action',
    });
  },
);

test('a pod without a readiness probe is a successor of one that was ready, and of one that had none', () => {
  const after = snapshotWith({ workloads: [pod('orders-b', { isHealthChecked: false })] });
  for (const former of [{}, { ready: 0, isHealthChecked: false }]) {
    const before = snapshotWith({ workloads: [pod('orders-a', former)] });
    expect(evaluate('all(workloads | ready = 1)', before, after, [restarted]).value).toBe('true');
  }
});
