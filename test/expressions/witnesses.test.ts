import { expect, test } from 'vitest';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import { parseBound } from '../../src/domain/facts/threshold.ts';
import type { DeclaredEffect } from '../../src/domain/runbooks/operation.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { CiRow } from '../../src/kinds/ci/fact.ts';
import type { Health } from '../../src/kinds/health/fact.ts';
import type { DbSession } from '../../src/kinds/sessions/fact.ts';
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

const limit = parseBound('>=5');
if ('error' in limit) throw new Error(limit.error);

const errors = (of: Readonly<Record<string, number>>): Snapshot =>
  snapshotOfSignals(
    [spec('errors', { unit: '%', threshold: { crit: limit } })],
    Object.entries(of).map(([instance, value]) => sample('errors', value, { labels: { instance } })),
  );

const pod = (name: string, more: Partial<Workload> = {}): Workload => ({
  source: 'bus',
  at: noon,
  kind: 'pod',
  namespace: 'shop',
  name,
  owner: 'deploy orders',
  node: 'n1',
  status: 'Running',
  ready: 1,
  wanted: 1,
  uid: `uid of ${name}`,
  ...more,
});

const session = (pid: number, more: Partial<DbSession> = {}): DbSession => ({
  source: 'bus',
  at: noon,
  database: 'shop',
  pid,
  user: 'app',
  state: 'active',
  durationMs: 90_000,
  waiting: '',
  blockedBy: [],
  query: 'SELECT 1',
  startedAt: noon,
  ...more,
});

const kills = (value: number): Snapshot =>
  snapshotOfSignals(
    [spec('kills', { read: { query: 'oom_kills_total{pod="orders-1"}' }, unit: '' })],
    [sample('kills', value)],
  );

test('a counter that fell was set back by a restart: it proves nothing, whatever it is compared with', () => {
  const reset = 'the counter kills was reset by a restart, 2 → 0';
  expect(evaluate('kills < 1', kills(2), kills(0))).toMatchObject({ value: 'unknown', why: reset });
  expect(evaluate('not kills >= 1', kills(2), kills(0))).toMatchObject({ value: 'unknown', why: reset });
  expect(evaluate('kills <= 2', kills(2), kills(2)).value).toBe('true');
  expect(evaluate('kills > 2', kills(2), kills(3)).value).toBe('true');
});

test('a value that its source calls a counter is one, whatever its name', () => {
  const total = (value: number): Snapshot =>
    snapshotOfSignals([spec('failed', { unit: '' })], [sample('failed', value, { isCounter: true })]);
  expect(evaluate('failed < 1', total(2), total(0))).toMatchObject({
    value: 'unknown',
    why: 'the counter failed was reset by a restart, 2 → 0',
  });
});

test('a signal of a group whose offsets were set proves nothing, unless the action sets them', () => {
  const lagOf = (value: number, setAt?: number): Snapshot => ({
    ...snapshotOfSignals(
      [spec('behind', { source: 'bus', unit: '', read: { lag: 'billing' } })],
      [sample('behind', value)],
    ),
    kinds: snapshotWith({
      lag: [lag('billing', { lag: value, members: 3, ...(setAt === undefined ? {} : { setAt }) })],
    }).kinds,
  });
  expect(evaluate('behind < 100', lagOf(9000), lagOf(0, noon + 1))).toMatchObject({
    value: 'unknown',
    why: 'behind had no members while the offsets were set, so messages were skipped, it was 9,000 before the action',
  });
  expect(evaluate('behind < 100', lagOf(9000), lagOf(0)).value).toBe('true');
  expect(evaluate('behind < 10000', lagOf(9000), lagOf(0, noon + 1)).value).toBe('true');
  const sets: DeclaredEffect = { does: 'ends', stays: true, kind: 'lag', where: { group: 'billing' } };
  expect(evaluate('behind < 100', lagOf(9000), lagOf(0, noon + 1), [sets]).value).toBe('true');
});

test('a signal of a check that another page answers proves nothing', () => {
  const statusOf = (httpStatus: number, more: Partial<Health> = {}): Snapshot => ({
    ...snapshotOfSignals(
      [spec('web', { source: 'bus', unit: '', read: { status: 'shop' } })],
      [sample('web', httpStatus)],
    ),
    kinds: snapshotWith({ health: [health('web', { instance: 'eu/shop', httpStatus, ...more })] }).kinds,
  });
  const before = statusOf(502, { status: 'down' });
  expect(
    evaluate('web < 400', before, statusOf(200, { otherPage: 'answers with another page' })),
  ).toMatchObject({
    value: 'unknown',
    why: 'web answers with another page, it was 502 before the action',
  });
  expect(evaluate('web < 400', before, statusOf(200)).value).toBe('true');
});

const sick = parseBound('=unhealthy');
if ('error' in sick) throw new Error(sick.error);

test('a state that nothing measures any more proves nothing', () => {
  const healthOf = (value: string): Snapshot =>
    snapshotOfSignals(
      [spec('db', { unit: '', threshold: { crit: sick } })],
      [sample('db', value, value === 'none' ? { isUnmeasured: true } : {})],
    );
  expect(evaluate('db < crit', healthOf('unhealthy'), healthOf('none'))).toMatchObject({
    value: 'unknown',
    why: 'db is no longer measured: the value was unhealthy before the action, so that none proves nothing now',
  });
  expect(evaluate('db < crit', healthOf('none'), healthOf('none')).value).toBe('true');
  expect(evaluate('db < crit', healthOf('unhealthy'), healthOf('healthy')).value).toBe('true');
});

test('a value of a period that ended before the action is none of after it', () => {
  const metric = (value: number | undefined, periodEnd: number): Snapshot => {
    const computed = { addsUp: false, targets: {}, periodEnd };
    const more = value === undefined ? {} : { computed };
    return snapshotOfSignals([spec('failed', { unit: '' })], [sample('failed', value, more)]);
  };
  const verified = (was: Snapshot, now: Snapshot) => {
    const parsed = parseExpression('failed < 5');
    if (!parsed.ok) throw new Error(parsed.message);
    const witnesses = { effects: [] };
    return evaluateExpression(parsed.expression, now, { now: noon, before: was, actedAt: noon, witnesses });
  };
  const before = metric(48, noon - 180_000);
  expect(verified(before, metric(0, noon - 120_000))).toMatchObject({
    value: 'unknown',
    why: 'failed covers a period that ended 2m before the action ended',
  });
  expect(verified(before, metric(0, noon + 60_000)).value).toBe('true');
  expect(verified(metric(undefined, 0), metric(0, noon + 60_000)).value).toBe('true');
});

test('a rate may fall, and so may a gauge', () => {
  const rate = (value: number): Snapshot =>
    snapshotOfSignals(
      [spec('kills', { read: { query: 'rate(oom_kills_total[1m])' }, unit: '' })],
      [sample('kills', value)],
    );
  expect(evaluate('kills < 1', rate(2), rate(0)).value).toBe('true');
});

const bad = errors({ 'orders-1': 48, 'orders-2': 0.2 });
const gone = 'errors instance=orders-1 is gone, it was 48 % before the action';
const open = snapshotWith({
  breakers: [
    breaker('payment', { instance: 'orders-1', state: 'open' }),
    breaker('payment', { instance: 'orders-2' }),
  ],
});
const oneBreaker = snapshotWith({ breakers: [breaker('payment', { instance: 'orders-2' })] });
const lostBreaker = 'breakers orders-1 · payment is gone, it was open before the action';
const behind = snapshotWith({ lag: [lag('billing', { lag: 9000 }), lag('mail', { lag: 3 })] });

test.each([
  ['a series', 'errors < 5', bad, errors({ 'orders-2': 0.2 }), gone],
  ['a series', 'errors <= ok', bad, errors({ 'orders-2': 0.2 }), gone],
  ['a series', 'not (errors >= 5)', bad, errors({ 'orders-2': 0.2 }), gone],
  ['a breaker', 'all(breakers | state = closed)', open, oneBreaker, lostBreaker],
  ['a breaker', 'not any(breakers | state = open)', open, oneBreaker, lostBreaker],
  ['a breaker', 'count(breakers | state = open) = 0', open, oneBreaker, lostBreaker],
  [
    'a session',
    'not any(sessions | durationMs > 60000)',
    snapshotWith({ sessions: [session(41), session(42, { durationMs: 5 })] }),
    snapshotWith({ sessions: [session(42, { durationMs: 5 })] }),
    'sessions shop · 41 is gone, it was active before the action',
  ],
  [
    'a pod',
    'not any(workloads[owner = "deploy orders"] | status = CrashLoopBackOff)',
    snapshotWith({ workloads: [pod('orders-1', { status: 'CrashLoopBackOff', ready: 0 }), pod('orders-2')] }),
    snapshotWith({ workloads: [pod('orders-2')] }),
    'workloads shop · orders-1 is gone, it was CrashLoopBackOff before the action',
  ],
  [
    'a consumer group',
    'all(lag | lag < 100)',
    behind,
    snapshotWith({ lag: [lag('mail', { lag: 3 })] }),
    'lag billing · payments · p0 is gone, it was steady before the action',
  ],
])('%s that vanishes leaves %s unknown', (_, text, before, now, why) => {
  expect(evaluate(text, before, now)).toMatchObject({ value: 'unknown', why });
});

const replaced: DeclaredEffect = {
  does: 'replaces',
  kind: 'workloads',
  where: { kind: 'pod', namespace: 'shop', owner: 'deploy orders' },
};
const ended: DeclaredEffect = { ...replaced, does: 'ends' };
const old = [pod('orders-1'), pod('orders-2')];
const rolled = 'all(workloads[kind = pod and owner = "deploy orders"] | new)';

test('a rolled pod is explained by the successors that are ready', () => {
  const before = snapshotWith({ workloads: old });
  const rolling = snapshotWith({ workloads: [pod('orders-3')] });
  const done = snapshotWith({ workloads: [pod('orders-3'), pod('orders-4')] });
  const starting = snapshotWith({
    workloads: [pod('orders-3'), pod('orders-4', { ready: 0, starting: 'in time' })],
  });
  expect(evaluate(rolled, before, done)).toMatchObject({
    value: 'unknown',
    why: 'workloads shop · orders-1 is gone, it was Running before the action, and 1 more',
  });
  expect(evaluate(rolled, before, done, [replaced]).value).toBe('true');
  expect(evaluate(rolled, before, rolling, [replaced]).value).toBe('unknown');
  expect(evaluate(rolled, before, starting, [replaced]).value).toBe('unknown');
  // Successors of another workload are none.
  const other = { ...replaced, where: { ...replaced.where, owner: 'deploy billing' } };
  expect(evaluate(rolled, before, done, [other]).value).toBe('unknown');
});

test('a rollback that leaves the pods of the old template needs no new ones', () => {
  const crashing = pod('orders-9', { status: 'CrashLoopBackOff', ready: 0 });
  const text = 'not any(workloads[owner = "deploy orders"] | status = CrashLoopBackOff)';
  const before = snapshotWith({ workloads: [...old, crashing] });
  const after = snapshotWith({ workloads: old });
  expect(evaluate(text, before, after, [replaced]).value).toBe('unknown');
  expect(evaluate(text, before, after, [{ ...replaced, ready: 2 }]).value).toBe('true');
  const snapshot = snapshotWith({ workloads: old.slice(0, 1) });
  expect(evaluate(text, before, snapshot, [{ ...replaced, ready: 2 }]).value).toBe('unknown');
});

const containerOf = (owner: string, more: Partial<Workload> = {}): Workload => {
  const { uid: _, ...row } = pod('app', { kind: 'container', owner, status: 'CrashLoopBackOff', ready: 0 });
  return { ...row, ...more };
};
const noCrash = 'not any(workloads[namespace = shop] | status = CrashLoopBackOff)';

test('a container is accounted for by its pod: a ready one that lists it no more, or one that is replaced', () => {
  const crashing = pod('orders-1', { status: 'CrashLoopBackOff', ready: 0 });
  const before = snapshotWith({ workloads: [crashing, containerOf('orders-1')] });
  const recovered = snapshotWith({ workloads: [pod('orders-1')] });
  expect(evaluate(noCrash, before, recovered).value).toBe('true');
  const starting = snapshotWith({ workloads: [pod('orders-1', { ready: 0, starting: 'in time' })] });
  expect(evaluate(noCrash, before, starting).value).toBe('unknown');
  const fewer = snapshotWith({ workloads: [pod('orders-1', { ready: 0, wanted: 0 })] });
  expect(evaluate(noCrash, before, fewer).value).toBe('unknown');
  const successor = snapshotWith({ workloads: [pod('orders-2')] });
  expect(evaluate(noCrash, before, successor)).toMatchObject({
    value: 'unknown',
    why: 'workloads shop · orders-1 is gone, it was CrashLoopBackOff before the action, and 1 more',
  });
  expect(evaluate(noCrash, before, successor, [replaced]).value).toBe('true');
  expect(evaluate(noCrash, before, snapshotWith({ workloads: [] }), [replaced]).value).toBe('unknown');
  // Another object of the same name is no witness of the first.
  const other = snapshotWith({ workloads: [pod('orders-1', { uid: 'another' })] });
  expect(evaluate(noCrash, before, other).value).toBe('unknown');
});

test('a container of Compose is not accounted for by its service, which is no more than its containers', () => {
  const container = (name: string, more: Partial<Workload> = {}): Workload =>
    pod(name, { kind: 'container', owner: 'orders', ...more });
  const { uid: _, ...service } = pod('orders', { kind: 'service', owner: 'shop', ready: 1, wanted: 2 });
  const before = snapshotWith({
    workloads: [
      service,
      container('orders-1', { status: 'CrashLoopBackOff', ready: 0 }),
      container('orders-2'),
    ],
  });
  const after = snapshotWith({ workloads: [{ ...service, wanted: 1 }, container('orders-2')] });
  expect(evaluate(noCrash, before, after)).toMatchObject({
    value: 'unknown',
    why: 'workloads shop · orders-1 is gone, it was CrashLoopBackOff before the action',
  });
});

test('a scale-down explains the pods that end, once the others are ready', () => {
  const text = 'count(workloads[kind = pod and owner = "deploy orders"]) = 1';
  const before = snapshotWith({ workloads: old });
  const down = snapshotWith({ workloads: old.slice(0, 1) });
  expect(evaluate(text, before, down).value).toBe('unknown');
  expect(evaluate(text, before, down, [{ ...ended, ready: 1 }]).value).toBe('true');
  const none = snapshotWith({ workloads: [] });
  expect(
    evaluate('count(workloads[kind = pod and owner = "deploy orders"]) = 0', before, none, [ended]).value,
  ).toBe('true');
});

test('a terminated session is explained by its pid, another one is not', () => {
  const before = snapshotWith({ sessions: [session(41), session(42)] });
  const effect = (pid: number): DeclaredEffect => ({ does: 'ends', kind: 'sessions', where: { pid } });
  const text = 'not any(sessions | durationMs > 60000)';
  const now = snapshotWith({ sessions: [] });
  expect(evaluate(text, before, now, [effect(41), effect(42)]).value).toBe('true');
  expect(evaluate(text, before, now, [effect(41)])).toMatchObject({
    value: 'unknown',
    why: 'sessions shop · 42 is gone, it was active before the action',
  });
});

const podErrors = (of: Readonly<Record<string, number>>, workloads: readonly Workload[]): Snapshot => ({
  ...snapshotWith({ workloads }),
  signals: errors(of).signals,
});

test('a series of a replaced pod needs the series of its successor', () => {
  const before = podErrors({ 'orders-1:8080': 48, 'orders-2:8080': 0.2 }, old);
  const pods = [pod('orders-3'), pod('orders-4')];
  expect(evaluate('errors < 5', before, podErrors({ 'orders-4:8080': 0 }, pods), [replaced])).toMatchObject({
    value: 'unknown',
    why: 'errors instance=orders-1:8080 is gone, it was 48 % before the action',
  });
  const both = podErrors({ 'orders-3:8080': 0.1, 'orders-4:8080': 0 }, pods);
  expect(evaluate('errors < 5', before, both, [replaced]).value).toBe('true');
  const bad = podErrors({ 'orders-3:8080': 51, 'orders-4:8080': 0 }, pods);
  expect(evaluate('errors < 5', before, bad, [replaced]).value).toBe('false');
});

test('a new series of another workload is no successor of one that is gone', () => {
  const before = podErrors({ 'orders-1:8080': 48, 'orders-2:8080': 0.2 }, old);
  const billing = pod('billing-7', { owner: 'deploy billing' });
  const pods = [pod('orders-3'), billing];
  const others = podErrors({ 'orders-3:8080': 0.1, 'billing-7:8080': 0 }, pods);
  expect(evaluate('errors < 5', before, others, [replaced])).toMatchObject({
    value: 'unknown',
    why: 'errors instance=orders-1:8080 is gone, it was 48 % before the action',
  });
});

test('a series that vanishes from a pod which is still there is not explained by what ends another one', () => {
  const before = podErrors({ 'orders-1:8080': 48, 'orders-2:8080': 0.2 }, old);
  const gone = podErrors({ 'orders-2:8080': 0.2 }, [pod('orders-1')]);
  expect(evaluate('errors < 5', before, gone, [{ ...ended, ready: 1 }]).value).toBe('unknown');
  const scaled = podErrors({ 'orders-2:8080': 0.2 }, [pod('orders-2')]);
  expect(evaluate('errors < 5', before, scaled, [{ ...ended, ready: 1 }]).value).toBe('true');
});

test('a breaker that a restarted instance has not created yet is unknown until it is there', () => {
  const unit = (uid: string): Workload => pod('orders', { kind: 'unit', owner: '', node: 'orders-1', uid });
  const restart: DeclaredEffect = {
    does: 'replaces',
    kind: 'workloads',
    where: { kind: 'unit', name: 'orders' },
  };
  const closed = breaker('payment', { instance: 'orders-1' });
  const before = snapshotWith({
    workloads: [unit('1')],
    breakers: [{ ...closed, state: 'open' }, breaker('mail')],
  });
  const text = 'all(breakers | state = closed)';
  const lazy = snapshotWith({ workloads: [unit('2')], breakers: [breaker('mail')] });
  expect(evaluate(text, before, lazy, [restart]).value).toBe('unknown');
  const there = snapshotWith({ workloads: [unit('2')], breakers: [closed, breaker('mail')] });
  expect(evaluate(text, before, there, [restart]).value).toBe('true');
});

test.each([
  [
    'a healthy row that goes',
    'all(breakers | state = closed)',
    [breaker('mail'), breaker('db')],
    [breaker('db')],
    'true',
  ],
  [
    'a row that leaves the set',
    'not any(breakers | state = open)',
    [breaker('db', { state: 'open' })],
    [breaker('db')],
    'true',
  ],
  [
    'a row that is still bad',
    'all(breakers | state = closed)',
    [breaker('mail', { state: 'open' }), breaker('db', { state: 'open' })],
    [breaker('db', { state: 'open' })],
    'false',
  ],
  [
    'another row that passes',
    'any(breakers | state = closed)',
    [breaker('mail', { state: 'open' })],
    [breaker('db')],
    'true',
  ],
])('%s: %s', (_, text, was, is, value) => {
  expect(evaluate(text, snapshotWith({ breakers: was }), snapshotWith({ breakers: is })).value).toBe(value);
});

const closed = 'count(breakers | state = closed) > ${before}';
const mailOpen = breaker('mail', { state: 'open' });

test.each([
  ['because a bad one went and another came', closed, [mailOpen], [breaker('db')], 'unknown'],
  [
    'because another came',
    closed,
    [mailOpen, breaker('db')],
    [mailOpen, breaker('db'), breaker('tax')],
    'unknown',
  ],
  [
    'because good ones left and others came',
    closed,
    [breaker('db')],
    [breaker('tax'), breaker('geo')],
    'unknown',
  ],
  [
    'because the bad one is well',
    closed,
    [mailOpen, breaker('db')],
    [breaker('mail'), breaker('db')],
    'true',
  ],
  [
    'because the bad one is well, while another came',
    closed,
    [mailOpen, breaker('db')],
    [breaker('mail'), breaker('db'), breaker('tax')],
    'true',
  ],
  [
    'because another came where all were well',
    closed,
    [breaker('db')],
    [breaker('db'), breaker('tax')],
    'true',
  ],
  [
    'while one of before fails',
    closed,
    [breaker('db')],
    [breaker('db', { state: 'open' }), breaker('a'), breaker('b')],
    'unknown',
  ],
  [
    'of what the filter selects by its state',
    'count(breakers[state = closed]) > ${before}',
    [mailOpen],
    [mailOpen, breaker('db')],
    'unknown',
  ],
  [
    'of names, because another came',
    'count(breakers[name matches /./]) > ${before}',
    [mailOpen],
    [mailOpen, breaker('db')],
    'true',
  ],
  [
    'that is not lower',
    'count(breakers | state = closed) >= ${before}',
    [breaker('db')],
    [breaker('tax')],
    'unknown',
  ],
  [
    'that is no lower, behind a negation',
    'not (count(breakers | state = closed) < ${before})',
    [breaker('db')],
    [breaker('tax')],
    'unknown',
  ],
  [
    'that fell',
    'count(breakers | state = open) < ${before}',
    [mailOpen],
    [breaker('mail'), breaker('db')],
    'true',
  ],
  [
    'of others',
    'count(breakers[name = db] | state = closed) > ${before}',
    [mailOpen],
    [mailOpen, breaker('db')],
    'true',
  ],
] as const)('a count that grew %s: %s', (_, text, was, is, value) => {
  expect(evaluate(text, snapshotWith({ breakers: was }), snapshotWith({ breakers: is })).value).toBe(value);
});

test('a count may grow by the successors of what the action replaces', () => {
  const running = 'count(workloads[kind = pod] | status = Running) > ${before}';
  const bad = pod('orders-1', { status: 'CrashLoopBackOff', ready: 0 });
  const before = snapshotWith({ workloads: [bad, pod('orders-2')] });
  const after = snapshotWith({ workloads: [pod('orders-3'), pod('orders-4')] });
  const beside = snapshotWith({
    workloads: [bad, pod('orders-2'), pod('billing-1', { owner: 'deploy billing' })],
  });
  expect(evaluate(running, before, after, [replaced]).value).toBe('true');
  expect(evaluate(running, before, beside, [replaced])).toMatchObject({
    value: 'unknown',
    why: '1 workloads are new since the action, so the count does not show what became of the earlier ones',
  });
});

test('outside a verification the facts are taken as they are', () => {
  const parsed = parseExpression('all(breakers | state = closed)');
  if (!parsed.ok) throw new Error(parsed.message);
  expect(evaluateExpression(parsed.expression, oneBreaker, { now: noon, before: open }).value).toBe('true');
});

const summed = (of: Readonly<Record<string, number>>): Snapshot => {
  const parts = Object.fromEntries(
    Object.entries(of).map(([instance, value]) => [JSON.stringify({ instance }), value]),
  );
  const value = Object.values(of).reduce((total, amount) => total + amount, 0);
  return snapshotOfSignals(
    [spec('errors.sum', { unit: '%' })],
    [sample('errors.sum', value, { parts, fold: 'sum' })],
  );
};

test('a part of an aggregated series that vanishes is noticed', () => {
  const before = summed({ 'orders-1': 48, 'orders-2': 0.2 });
  expect(evaluate('errors.sum < 5', before, summed({ 'orders-2': 0.2 }))).toMatchObject({
    value: 'unknown',
    why: 'errors.sum instance=orders-1 is gone, it was 48 % before the action',
  });
  expect(evaluate('errors.sum < 5', before, summed({ 'orders-1': 1, 'orders-2': 0.2 })).value).toBe('true');
  expect(evaluate('errors.sum < 5', before, summed({ 'orders-1': 0 })).value).toBe('true');
});

const ciRun = (number: number, status: string): CiRow => ({
  ...{ source: 'gh', at: noon, kind: 'run', repo: 'acme/shop', workflow: 'CI', branch: 'main' },
  ...{ run: String(9000 + number), number, uid: `${9000 + number}/1`, status, isRequired: true },
});

test('the row of a workflow whose newest run was deleted shows an earlier one: the newest is gone', () => {
  const noFailure = 'not any(ci | status = failure)';
  const before = snapshotWith({ ci: [ciRun(8, 'failure')] });
  expect(evaluate(noFailure, before, snapshotWith({ ci: [ciRun(7, 'success')] }))).toMatchObject({
    value: 'unknown',
    why: 'ci CI · main is gone, it was failure before the action',
  });
  // A rerun is another attempt of the same run.
  for (const number of [8, 9])
    expect(evaluate(noFailure, before, snapshotWith({ ci: [ciRun(number, 'success')] })).value).toBe('true');
});
