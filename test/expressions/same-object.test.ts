import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import type { DeclaredEffect } from '../../src/domain/runbooks/operation.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { breaker, lag, noon, sample, snapshotOfSignals, snapshotWith, spec } from '../support/made-facts.ts';

const evaluate = (text: string, before: Snapshot, now: Snapshot, effects: readonly DeclaredEffect[] = []) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, now, { now: noon, before, witnesses: { effects } });
};

const workload = (more: Partial<Workload>): Snapshot =>
  snapshotWith({
    workloads: [
      {
        ...{ source: 'bus', at: noon, kind: 'pod', namespace: 'shop', name: 'orders-0', node: 'n1' },
        ...{ owner: 'statefulset orders', status: 'Running', ready: 1, wanted: 1, uid: 'uid-1' },
        ...more,
      },
    ],
  });

const session = (more: Partial<DbSession> = {}): Snapshot =>
  snapshotWith({
    sessions: [
      {
        ...{ source: 'bus', at: noon, database: 'shop', pid: 41, user: 'app', state: 'active' },
        ...{ durationMs: 90_000, waiting: '', blockedBy: [], query: 'SELECT 1', startedAt: noon - 90_000 },
        ...more,
      },
    ],
  });

const noCrash = 'not any(workloads | status = CrashLoopBackOff)';
const crashing = workload({ status: 'CrashLoopBackOff', ready: 0 });
const successor = workload({ uid: 'uid-2' });

test('a pod that another one has replaced under its name is gone, unless the action replaces it', () => {
  expect(evaluate(noCrash, crashing, successor)).toMatchObject({
    value: 'unknown',
    why: 'workloads shop · orders-0 no longer exists, and a new object has its name, it was CrashLoopBackOff before the action',
  });
  expect(evaluate(noCrash, crashing, workload({})).value).toBe('true');
  const where = { kind: 'pod', owner: 'statefulset orders' };
  const replaces: DeclaredEffect = { does: 'replaces', kind: 'workloads', where };
  expect(evaluate(noCrash, crashing, successor, [replaces]).value).toBe('true');
  const starting = workload({ uid: 'uid-2', ready: 0, starting: 'in time' });
  expect(evaluate(noCrash, crashing, starting, [replaces]).value).toBe('unknown');
});

test('a container or a unit that restarts by itself is the same object', () => {
  const unit = { kind: 'unit', owner: '' } as const;
  const failed = workload({ ...unit, status: 'failed', ready: 0 });
  expect(
    evaluate('not any(workloads | status = failed)', failed, workload({ ...unit, uid: 'u' })).value,
  ).toBe('true');
});

test('a session that got the pid of one that has ended is another one', () => {
  const idle = session({ durationMs: 5, startedAt: noon });
  const short = 'not any(sessions | durationMs > 60000)';
  expect(evaluate(short, session(), idle)).toMatchObject({
    value: 'unknown',
    why: 'sessions shop · 41 no longer exists, and a new object has its name, it was active before the action',
  });
  expect(
    evaluate(short, session(), idle, [{ does: 'ends', kind: 'sessions', where: { pid: 41 } }]).value,
  ).toBe('true');
  expect(evaluate(short, session(), session({ durationMs: 5 })).value).toBe('true');
});

test('the lag in a log that was created again says nothing about the one of before', () => {
  const at = (committed: bigint, end: bigint): Snapshot =>
    snapshotWith({ lag: [lag('billing', { committed, end, lag: Number(end - committed) })] });
  const behind = at(1000n, 10_000n);
  expect(evaluate('all(lag | lag < 1000)', behind, at(0n, 5n)).value).toBe('unknown');
  expect(evaluate('all(lag | lag < 1000)', behind, at(10_050n, 10_055n)).value).toBe('true');
});

const deployment = { kind: 'deployment', owner: '', name: 'orders' } as const;
const degraded = workload({ ...deployment, ready: 0, wanted: 2, status: 'degraded' });

test('a workload that was scaled to zero has nothing left that could fail', () => {
  const zero = workload({ ...deployment, ready: 0, wanted: 0, status: 'scaled to zero' });
  const whole = 'all(workloads[kind = deployment] | ready >= wanted)';
  expect(evaluate(whole, degraded, zero)).toMatchObject({
    value: 'unknown',
    why: expect.stringContaining('workloads shop · orders was switched off'),
  });
  const where = { kind: 'pod', namespace: 'shop', owner: 'deploy orders' };
  expect(evaluate(whole, degraded, zero, [{ does: 'ends', kind: 'workloads', where }]).value).toBe('true');
  const other = { ...where, owner: 'deploy billing' };
  expect(evaluate(whole, degraded, zero, [{ does: 'ends', kind: 'workloads', where: other }]).value).toBe(
    'unknown',
  );
  expect(evaluate(whole, degraded, workload({ ...deployment, ready: 2, wanted: 2 })).value).toBe('true');
});

const inState = (state: 'open' | 'disabled' | 'forced-open' | 'half-open' | 'closed'): Snapshot =>
  snapshotWith({ breakers: [breaker('payment', { state })] });
const notOpen = 'not any(breakers | state = open)';

test('a breaker that was switched off does not show that calls succeed, unless the action does that', () => {
  expect(evaluate(notOpen, inState('open'), inState('disabled'))).toMatchObject({
    value: 'unknown',
    why: expect.stringContaining('was switched off, it was open before the action'),
  });
  const disables: DeclaredEffect = { does: 'ends', kind: 'breakers', where: { name: 'payment' } };
  expect(evaluate(notOpen, inState('open'), inState('disabled'), [disables]).value).toBe('true');
});

test.each([
  ['a breaker', notOpen, inState('open'), inState('forced-open'), inState('closed')],
  [
    'a breaker',
    'all(breakers | state != open)',
    inState('open'),
    inState('forced-open'),
    snapshotWith({ breakers: [breaker('payment', { state: 'half-open', bufferedCalls: 1 })] }),
  ],
  [
    'a breaker',
    'count(breakers | state = open) = 0',
    inState('open'),
    inState('forced-open'),
    inState('closed'),
  ],
  [
    'a unit',
    'not any(workloads | status = failed)',
    workload({ kind: 'unit', owner: '', status: 'failed', ready: 0 }),
    workload({ kind: 'unit', owner: '', status: 'inactive', ready: 0 }),
    workload({ kind: 'unit', owner: '', status: 'active' }),
  ],
])('%s that left its state for one that is no better leaves %s unknown', (_, text, bad, other, good) => {
  expect(evaluate(text, bad, other)).toMatchObject({
    value: 'unknown',
    why: expect.stringMatching(
      /is (?:forced-open|inactive), no better than (?:open|failed) before the action$/,
    ),
  });
  expect(evaluate(text, bad, good).value).toBe('true');
});

test('a state that the check asks for counts, however bad', () => {
  const text = 'all(breakers | state = forced-open)';
  expect(evaluate(text, inState('open'), inState('forced-open')).value).toBe('true');
});

test.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('%s is no measurement', (value) => {
  const of = (errors: number): Snapshot => snapshotOfSignals([spec('errors')], [sample('errors', errors)]);
  for (const text of ['errors < 5', 'not (errors >= 5)', 'errors <= ok'])
    expect(evaluate(text, of(48), of(value)).value).toBe('unknown');
});

const telling = (
  uid: string,
  state: 'open' | 'closed',
  value: number,
  owner = 'statefulset orders',
): Snapshot => {
  const rows = [{ ...breaker('payment', { state }), service: 'orders', instance: 'orders-0' }];
  const pods = workload({ uid, owner });
  const kinds = { ...pods.kinds, breakers: snapshotWith({ breakers: rows }).kinds.breakers };
  const samples = [sample('waiting', value, { labels: { pod: 'orders-0' } })];
  return { ...pods, kinds, signals: snapshotOfSignals([spec('waiting', { unit: '' })], samples).signals };
};

test.each(['not any(breakers | state = open)', 'waiting < 5'])(
  '%s says nothing where another pod tells it under the same name',
  (text) => {
    const bad = telling('uid-1', 'open', 48);
    expect(evaluate(text, bad, telling('uid-2', 'closed', 0))).toMatchObject({
      value: 'unknown',
      why: expect.stringContaining('is now reported by a different object with the same name, it was'),
    });
    expect(evaluate(text, bad, telling('uid-1', 'closed', 0)).value).toBe('true');
    const where = { kind: 'pod', owner: 'statefulset orders' };
    const replaces: DeclaredEffect = { does: 'replaces', kind: 'workloads', where };
    expect(evaluate(text, bad, telling('uid-2', 'closed', 0), [replaces]).value).toBe('true');
  },
);
