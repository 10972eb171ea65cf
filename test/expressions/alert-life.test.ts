import { expect, test } from 'vitest';
import type { AlertRuleFact, AlertRulesView, ScrapedTargets } from '../../src/domain/facts/alert-rules.ts';
import type { Snapshot } from '../../src/domain/facts/snapshot.ts';
import { alertLifeOf } from '../../src/expressions/alert-life.ts';
import { evaluateExpression } from '../../src/expressions/evaluate.ts';
import { parseExpression } from '../../src/expressions/rows/parse.ts';
import type { Alert } from '../../src/kinds/alerts/fact.ts';
import { fault, noon, snapshotWith } from '../support/made-facts.ts';

const actedAt = noon - 20_000;

const alert = (more: Partial<Alert> = {}): Alert => ({
  source: 'am',
  at: noon,
  name: 'OrdersErrors',
  severity: 'critical',
  state: 'firing',
  labels: { job: 'orders' },
  summary: '',
  ...more,
});

/** A rule that was evaluated after the action and holds no alert. */
const quiet: AlertRuleFact = {
  name: 'OrdersErrors',
  query: 'sum by (job) (rate(errors_total{job="orders"}[5m])) > 5',
  active: [],
  evaluatedAt: noon - 4000,
  evaluatedAfter: noon - 9000,
};
const targets: ScrapedTargets = { jobs: { orders: 2, node: 3 }, down: [] };

const rules = (rule: Partial<AlertRuleFact> | 'none' = {}, more: Partial<AlertRulesView['read']> = {}) => ({
  source: 'prom',
  read: { rules: rule === 'none' ? [] : [{ ...quiet, ...rule }], targets, ...more },
  faults: [],
});

const snapshotOf = (alerts: readonly Alert[], alertRules?: readonly AlertRulesView[]): Snapshot => ({
  ...snapshotWith({ alerts }),
  ...(alertRules === undefined ? {} : { alertRules }),
});

/** The alert fires, and its rule was evaluated before the action. */
const firing: AlertRuleFact['active'] = [
  { state: 'firing', labels: { job: 'orders', severity: 'critical' } },
];
const before = snapshotOf([alert()], [rules({ active: firing, evaluatedAt: noon - 30_000 })]);

const evaluate = (text: string, now: Snapshot, more: object = { before, actedAt }) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(`${parsed.col}: ${parsed.message}`);
  return evaluateExpression(parsed.expression, now, { now: noon, ...more });
};

/** The rules of a service that only tells how its alerts ended. */
const endedBy = (isByPerson: boolean, time: number) => ({
  source: 'pd',
  read: {
    rules: [],
    ended: [
      {
        ...{ name: 'OrdersErrors', labels: { job: 'orders' }, at: time, isByPerson },
        how: `resolved by ${isByPerson ? 'Ana Ruiz' : 'Checkout'} at 12:00 UTC`,
      },
    ],
  },
  faults: [],
});

type Case = readonly [title: string, now: Snapshot, value: 'true' | 'false' | 'unknown', why: string];

const cases: readonly Case[] = [
  [
    'a person resolved it',
    snapshotOf([], [endedBy(true, noon)]),
    'unknown',
    'alert OrdersErrors was resolved by Ana Ruiz at 12:00 UTC by hand, so the cause may still be active',
  ],
  [
    'its monitoring resolved it after the action',
    snapshotOf([], [endedBy(false, noon)]),
    'true',
    'OrdersErrors was resolved by Checkout at 12:00 UTC',
  ],
  [
    'its monitoring resolved it before the action',
    snapshotOf([], [endedBy(false, noon - 60_000)]),
    'unknown',
    'alert OrdersErrors was resolved by Checkout at 12:00 UTC before the action, so this does not show that the action helped',
  ],
  [
    'a person resolved it, and its rule was evaluated after the action',
    snapshotOf([], [rules(), endedBy(true, noon)]),
    'true',
    'OrdersErrors is resolved',
  ],
  ['its rule was evaluated after the action', snapshotOf([], [rules()]), 'true', 'OrdersErrors is resolved'],
  ['it fires', snapshotOf([alert()], [rules()]), 'false', 'alerts OrdersErrors state is firing'],
  [
    'its rule fires, and Alertmanager has dropped it',
    snapshotOf([], [rules({ active: firing })]),
    'false',
    'OrdersErrors is firing',
  ],
  [
    'a colleague silenced it, and its rule fires',
    snapshotOf(
      [alert({ state: 'silenced', suppressedBy: 'silenced since 10:02 UTC by ana' })],
      [rules({ active: firing })],
    ),
    'false',
    'OrdersErrors is silenced since 10:02 UTC by ana: not resolved',
  ],
  [
    'a colleague silenced it, and no rule is read',
    snapshotOf([alert({ state: 'silenced', suppressedBy: 'silenced since 10:02 UTC by ana' })]),
    'unknown',
    'OrdersErrors is silenced since 10:02 UTC by ana: not resolved',
  ],
  [
    'a worse alert inhibits it',
    snapshotOf([alert({ state: 'inhibited', suppressedBy: 'inhibited by OrdersDown' })]),
    'unknown',
    'OrdersErrors is inhibited by OrdersDown: not resolved',
  ],
  [
    'a time interval mutes it',
    snapshotOf([alert({ state: 'silenced', suppressedBy: 'muted by the time interval nights' })]),
    'unknown',
    'OrdersErrors is muted by the time interval nights: not resolved',
  ],
  [
    'a person has acknowledged it',
    snapshotOf([alert({ state: 'acknowledged' })]),
    'unknown',
    'OrdersErrors is acknowledged: not resolved',
  ],
  [
    'a scrape gap has made it pending',
    snapshotOf([], [rules({ active: [{ state: 'pending', labels: { job: 'orders' } }] })]),
    'unknown',
    'alert OrdersErrors is pending, so the problem is not over',
  ],
  [
    'its Prometheus is dead, and Alertmanager let it expire',
    snapshotOf([], [{ source: 'prom', faults: [fault('unreachable', 'connection refused')] }]),
    'unknown',
    'OrdersErrors: the rules of prom cannot be read: connection refused',
  ],
  [
    'its rule was removed',
    snapshotOf([], [rules('none')]),
    'unknown',
    'OrdersErrors: prom no longer has the alerting rule, so the missing alert does not prove that the problem is over',
  ],
  [
    'its rule fails',
    snapshotOf([], [rules({ problem: 'cannot be evaluated: many-to-many matching' })]),
    'unknown',
    'OrdersErrors: the rule cannot be evaluated: many-to-many matching',
  ],
  [
    'its rule was evaluated before the action only',
    snapshotOf([], [rules({ evaluatedAt: noon - 34_000, evaluatedAfter: noon - 40_000 })]),
    'unknown',
    'OrdersErrors: the alerting rule was last evaluated 14s before the action ended',
  ],
  [
    'only a clock says that its rule was evaluated after the action',
    snapshotOf([], [rules({ evaluatedAfter: actedAt - 5000 })]),
    'unknown',
    'OrdersErrors: the alerting rule has not been evaluated since the action: wait for the next evaluation',
  ],
  [
    'a target of its rule is down since',
    snapshotOf([], [rules({}, { targets: { ...targets, down: [{ job: 'orders', instance: 'orders-1' }] } })]),
    'unknown',
    'OrdersErrors: Prometheus cannot scrape the target orders-1',
  ],
  [
    'a target of its rule is gone',
    snapshotOf([], [rules({}, { targets: { jobs: { orders: 1, node: 3 }, down: [] } })]),
    'unknown',
    'OrdersErrors: Prometheus no longer scrapes 1 of the 2 targets of job orders',
  ],
  [
    'another target is down',
    snapshotOf([], [rules({}, { targets: { ...targets, down: [{ job: 'node', instance: 'n1' }] } })]),
    'true',
    'OrdersErrors is resolved',
  ],
  [
    'the targets cannot be read',
    snapshotOf([], [rules({}, { targets: 'timeout' })]),
    'unknown',
    'OrdersErrors: it is unknown which targets Prometheus scrapes: timeout',
  ],
];

const missingAlert = { is: 'alert', kind: 'alerts', object: 'OrdersErrors' };

test.each(cases)('not alert(X): %s', (_, now, value, why) => {
  const missing = value === 'unknown' ? { missing: missingAlert } : {};
  expect(evaluate('not alert(OrdersErrors)', now)).toEqual({ value, why, ...missing });
});

test.each(cases)('not any(alerts … firing) agrees that nothing else proves it: %s', (_, now, value) => {
  const text = 'not any(alerts[name = OrdersErrors] | state = firing)';
  // Without a row, its rule alone shows that it fires: that it is gone is unknown.
  const expected = value === 'false' && now.kinds.alerts.rows[0]?.fact.state !== 'firing' ? 'unknown' : value;
  expect(evaluate(text, now).value).toBe(expected);
});

test.each(cases)('count(alerts … firing) = 0 agrees: %s', (_, now, value) => {
  const expected = value === 'false' && now.kinds.alerts.rows[0]?.fact.state !== 'firing' ? 'unknown' : value;
  expect(evaluate('count(alerts | state = firing) = 0', now).value).toBe(expected);
});

test('only an Alertmanager: that an alert is gone proves nothing', () => {
  const known = snapshotOf([alert()]);
  expect(evaluate('not alert(OrdersErrors)', snapshotOf([]), { before: known, actedAt })).toEqual({
    value: 'unknown',
    why: 'OrdersErrors: no source reads the alerting rule, so the missing alert does not prove that the problem is over. Add the Prometheus that evaluates the rule',
    missing: missingAlert,
  });
});

test('a target that was down before the action changes nothing, unless it was the last one', () => {
  const down = { ...targets, down: [{ job: 'orders', instance: 'orders-1' }] };
  const all = { jobs: { orders: 1 }, down: down.down };
  const of = (was: ScrapedTargets, now: ScrapedTargets) =>
    evaluate('not alert(OrdersErrors)', snapshotOf([], [rules({}, { targets: now })]), {
      before: snapshotOf([alert()], [rules({ active: firing }, { targets: was })]),
      actedAt,
    });
  expect(of(down, down)).toEqual({ value: 'true', why: 'OrdersErrors is resolved' });
  expect(of(all, all)).toEqual({
    value: 'unknown',
    why: 'OrdersErrors: Prometheus cannot scrape the target orders-1',
    missing: missingAlert,
  });
});

test('a rule about `up` itself says that the target answers', () => {
  const rule = { query: 'up{job="orders"} == 0' };
  const down = { ...targets, down: [{ job: 'orders', instance: 'orders-1' }] };
  expect(
    evaluate('not alert(OrdersErrors)', snapshotOf([], [rules(rule, { targets: down })]), {
      before: snapshotOf([alert()], [rules({ ...rule, active: firing })]),
      actedAt,
    }).value,
  ).toBe('true');
});

test('all(alerts | state = silenced) holds when the alert is silenced, and not when it is gone', () => {
  const text = 'all(alerts[name = OrdersErrors] | state = silenced)';
  expect(evaluate(text, snapshotOf([alert({ state: 'silenced' })])).value).toBe('true');
  expect(evaluate(text, snapshotOf([]))).toEqual({
    value: 'unknown',
    why: 'OrdersErrors: prom no longer has the alerting rule, so the missing alert does not prove that the problem is over',
    missing: missingAlert,
  });
});

test('before the action, a rule that holds no alert is enough', () => {
  const now = snapshotOf([], [rules({ evaluatedAt: noon - 60_000 })]);
  expect(evaluate('not alert(OrdersErrors)', now, { before: now }).value).toBe('true');
});

test('outside a verification nothing changes', () => {
  expect(evaluate('not alert(OrdersErrors)', snapshotOf([]), {})).toEqual({
    value: 'true',
    why: 'no alerts with name = OrdersErrors',
  });
  expect(evaluate('not alert(OrdersErrors)', snapshotOf([alert({ state: 'silenced' })]), {}).value).toBe(
    'true',
  );
});

test('the life of one alert among those of its name', () => {
  const others = [{ state: 'firing', labels: { job: 'payments' } }] as const;
  const now = snapshotOf([alert({ labels: { job: 'payments' } })], [rules({ active: others })]);
  const of = (job: string) =>
    alertLifeOf({ name: 'OrdersErrors', labels: { job } }, now, { before, actedAt });
  expect(of('orders')).toEqual({ is: 'resolved', why: 'OrdersErrors is resolved', fires: false });
  expect(of('payments').is).toBe('firing');
});

test('an alert that was relabelled goes on', () => {
  const labels = { job: 'orders', instance: 'orders-1' };
  const was = snapshotOf([alert({ labels })], [rules({ active: [{ state: 'firing', labels }] })]);
  const renamed = [{ state: 'firing', labels: { service: 'orders', instance: 'orders-1' } }] as const;
  const lifeAt = (now: Snapshot) =>
    alertLifeOf({ name: 'OrdersErrors', labels }, now, { before: was, actedAt });
  expect(lifeAt(snapshotOf([], [rules({ active: renamed })]))).toMatchObject({
    is: 'unknown',
    why: 'OrdersErrors: an alert of this name has come with other labels (instance, service), so the problem may continue under them',
  });
  expect(lifeAt(snapshotOf([], [rules({})])).is).toBe('resolved');
});

test('a rule that was edited holds for another condition', () => {
  const was = snapshotOf([alert()], [rules({ definition: 'errors > 5' })]);
  const valueAt = (definition: string) =>
    evaluate('not alert(OrdersErrors)', snapshotOf([], [rules({ definition })]), { before: was, actedAt });
  expect(valueAt('errors > 99')).toMatchObject({
    value: 'unknown',
    why: 'OrdersErrors: the alerting rule was edited after the action, so the missing alert may only mean another condition',
  });
  expect(valueAt('errors > 5').value).toBe('true');
});
