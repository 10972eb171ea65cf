import { expect, test } from 'vitest';
import type { AnyFact } from '../../src/domain/facts/facts.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { longTest } from '../support/layer.ts';
import { feedInfo, lag, learn, noon } from '../support/made-facts.ts';
import { outage } from './support/outage.ts';
import { placeOf } from './support/screen.ts';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { openCockpit, type Scene, type User } from './support/user.ts';

const pod = (name: string, owner: string, more: Partial<Workload> = {}): Workload => ({
  source: 'k8s',
  at: noon,
  kind: 'pod',
  namespace: 'shop',
  name,
  owner,
  node: 'node-1',
  status: 'Running',
  ...more,
});

const alert = (name: string, labels: Readonly<Record<string, string>>): AnyFact => ({
  source: 'prom',
  at: noon,
  name,
  severity: 'critical',
  state: 'firing',
  labels,
  summary: '',
});

/** The shop with pods, a consumer group, alerts and a link. */
const scene = (): Scene => {
  const made = shopWith(shopLines());
  const { facts, cockpit } = made;
  if (facts === undefined || cockpit?.open === undefined) throw new Error('the shop is not open');
  learn(facts, feedInfo('k8s/pods', 'workloads'), {
    items: [
      pod('billing-0', 'sts billing', { status: 'CrashLoopBackOff' }),
      pod('app', 'billing-0', { kind: 'container', node: '' }),
      pod('billing-1', 'sts billing'),
      pod('lonely', '', { node: '' }),
      pod('node-1', '', { kind: 'node', node: '', status: 'Ready' }),
    ],
  });
  learn(facts, feedInfo('kafka/lag', 'lag'), {
    items: [lag('billing-events', { topic: 'payments', lag: 12, member: 'billing-0' })],
  });
  learn(facts, feedInfo('prom/alerts', 'alerts'), {
    items: [alert('PspErrorBudgetBurn', { service: 'billing' }), alert('Heartbeat', {})],
  });
  return {
    ...made,
    cockpit: {
      ...cockpit,
      open: {
        ...cockpit.open,
        links: [{ id: 'dash', title: 'Billing dashboard', url: 'https://grafana.example/d/1' }],
      },
    },
  };
};

const open = (): Promise<User> => openCockpit({ size: [120, 40], scene: scene() });

/** The lines of the card, from its title to its keys. */
const card = (user: User): string => {
  const rows = user.rows();
  const from = rows.findIndex((row) => row.includes('RELATED  '));
  const to = rows.findIndex((row) => row.includes('enter go'));
  return from === -1 ? '' : rows.slice(from, to).join('\n');
};

longTest('I on a breaker lists its logs, runbook, pod, health, dependency, pool and alert', async () => {
  const user = await open();
  await user.press('3 I');
  expect(user.rowWith('RELATED')).toMatch(/RELATED {2}billing-0 · psp/);
  expect(card(user)).toMatch(/Logs +billing-0 +from 5 min before/);
  expect(card(user)).toMatch(/RUNBOOK +Close a circuit breaker +matches/);
  expect(card(user)).toMatch(/Alerts +PspErrorBudgetBurn · billing +CRIT/);
  expect(card(user)).toMatch(/Pods +billing-0 /);
  expect(card(user)).toMatch(/Health +billing +CRIT/);
  expect(card(user)).toMatch(/Connection pools +billing-0 · hikari +CRIT/);
  expect(card(user)).toMatch(/Links +Billing dashboard/);
  expect(card(user)).not.toMatch(/lonely|Heartbeat|orders|search/);
});

longTest('enter goes to the object, ctrl-o returns to the row, ctrl-f goes there again', async () => {
  const user = await open();
  await user.press('3 z I');
  const index = card(user)
    .split('\n')
    .findIndex((row) => /Pods +billing-0/.test(row));
  await user.press(`${'j '.repeat(index - 1)}enter`);
  expect(placeOf(user)).toMatch(/^ Pods/);
  expect(user.rowWith('CrashLoopBackOff')).toBeTruthy();
  await user.press('ctrl-o');
  expect(placeOf(user)).toMatch(/^ Circuit breakers/);
  await user.press('ctrl-f');
  expect(placeOf(user)).toMatch(/^ Pods/);
});

test('a pod leads to its containers, node and consumer group. The group to its topic, which is unfolded', async () => {
  const user = await open();
  await user.press('6 z / C r a s h enter I');
  expect(card(user)).toMatch(/Pods +node-1 +its node/);
  expect(card(user)).toMatch(/Pods +app +part of it/);
  expect(card(user)).toMatch(/Consumer lag +billing-events/);
  await user.press('esc');
  await user.press('4 z I');
  expect(card(user)).toMatch(/Consumer lag +payments +part of it/);
  const index = card(user)
    .split('\n')
    .findIndex((row) => /Consumer lag +payments/.test(row));
  await user.press(`${'j '.repeat(index - 1)}enter`);
  expect(placeOf(user)).toMatch(/^ Consumer lag/);
  expect(user.rowWith('▾ billing-events')).toBeTruthy();
  expect(user.rowWith('payments')).toBeTruthy();
});

test('a finding in Problems leads to its own row first', async () => {
  const user = await open();
  await user.press('W / h i k a r i enter I');
  expect(card(user).split('\n')[1]).toMatch(/Connection pools +billing-0 · hikari +this row +CRIT/);
  await user.press('enter');
  expect(placeOf(user)).toMatch(/^ Connection pools/);
});

test('a signal leads to its chart, and an alert to a dashboard', async () => {
  const user = await open();
  await user.press('2 z I');
  expect(card(user)).toMatch(/Threshold matrix +error rate +its chart/);
  await user.press('enter');
  expect(placeOf(user)).toMatch(/^ Threshold matrix/);
  await user.press('7 z / H e a r t enter I');
  expect(card(user)).toMatch(/Links +Billing dashboard/);
});

longTest('nothing related is a message, not an empty card', async () => {
  const made = scene();
  const user = await openCockpit({
    scene: {
      ...made,
      cockpit: { ...made.cockpit, open: { ...made.cockpit?.open, tails: [], links: [] } as never },
    },
  });
  await user.press('6 z / l o n e l y enter I');
  expect(user.rowWith('nothing is related to lonely')).toBeTruthy();
  expect(card(user)).toBe('');
});

longTest(':related opens the card, and fits 80×24', async () => {
  const user = await openCockpit({ size: [80, 24], scene: scene() });
  await user.press('3 z');
  await user.type(':related');
  await user.press('enter');
  expect(user.rowWith('RELATED')).toBeTruthy();
  expect(user.rowWith('enter go · j k move · esc close')).toBeTruthy();
  await user.press('esc');
  expect(card(user)).toBe('');
});

test('a dependency comes before other rows of the service, and many rows become one that filters the pane', async () => {
  const made = scene();
  if (made.facts !== undefined)
    learn(made.facts, feedInfo('k8s/more', 'workloads'), {
      items: Array.from({ length: 9 }, (_, nth) => pod(`billing-${nth + 2}`, 'sts billing')),
    });
  const user = await openCockpit({ size: [120, 40], scene: made });
  await user.press('3 z / c h e c k enter I');
  const health = card(user)
    .split('\n')
    .filter((row) => row.includes('Health'));
  expect(health[0]).toMatch(/billing +dependency +CRIT/);
  await user.press('esc esc g I');
  const index = card(user)
    .split('\n')
    .findIndex((row) => /Pods +all \d+ rows with billing/.test(row));
  await user.press(`${'j '.repeat(index - 1)}enter`);
  expect(placeOf(user)).toMatch(/^ Pods {2}\d+ of \d+ match \/billing\//);
});

test('share mode masks the names in the card', async () => {
  const user = await openCockpit({ size: [120, 40], scene: scene(), shared: true });
  await user.press('6 z I');
  expect(user.rowWith('RELATED')).toBeTruthy();
  expect(user.rows().join('\n')).not.toMatch(/node-1/);
});

test('beside an opened row the list is followed by related rows: problems, the worst first, then the number of those that are OK', async () => {
  const user = await openCockpit({ size: [120, 36], scene: outage() });
  await user.press('3 enter enter');
  const rows = user.rows().map((row) => row.slice(1, 42));
  const head = rows.findIndex((row) => row.includes('Related'));
  expect(rows[head]).toContain('I follows one');
  expect(rows.slice(head + 1).join('\n')).toMatch(/^ ?1 ✗ broker +down\s+1 ● Health +1 ok /);
  expect(rows.slice(0, head).join('\n')).toContain('BREAKER');
});
