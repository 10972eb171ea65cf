import { expect, test } from 'vitest';
import { checkLines, checkText } from '../../src/engine/check-text.ts';
import type { CheckReport } from '../../src/kinds/registry/check-rows.ts';

const time = '2026-03-04T10:15:07Z';
const none: CheckReport = {
  ...{ opsdeck: 1, system: 'shop', env: 'production', at: time, level: 'crit' },
  ...{ signals: [], faults: [], health: [], breakers: [], lag: [], pools: [], workloads: [], nodes: [] },
  ...{ alerts: [], sessions: [], queues: [], oncalls: [], dashboards: [], ci: [] },
};

type AlertRow = CheckReport['alerts'][number];
const alert = (source: string, labels: Readonly<Record<string, string>>, more: Partial<AlertRow> = {}) =>
  ({
    ...{ name: 'HighLag', severity: 'warning', state: 'firing', since: time, summary: '' },
    ...{ labels, level: 'warn', source, at: time, ...more },
  }) satisfies AlertRow;

const names = (alerts: readonly AlertRow[]): readonly string[] =>
  checkLines({ ...none, alerts }).map(({ name }) => name);

test('alerts with the same name are distinguished by the labels that differ', () => {
  const of = (topic: string) => alert('prom', { topic, cluster: 'eu', team: 'a' });
  expect(names([of('orders'), of('payments')])).toEqual(['HighLag · orders', 'HighLag · payments']);
  expect(names([of('orders')])).toEqual(['HighLag · orders']);
});

test('an alert from both Prometheus and Alertmanager is listed once; a pending alert separately', () => {
  const rows = [
    alert('prom', { topic: 'orders' }),
    alert('am', { topic: 'orders', cluster: 'eu' }),
    alert('prom', { topic: 'payments' }, { state: 'pending' }),
  ];
  expect(checkLines({ ...none, alerts: rows }).map(({ name, state }) => [name, state])).toEqual([
    ['HighLag · orders · eu', 'firing'],
    ['HighLag · payments', 'pending'],
  ]);
});

test('labels with the same value in all series of a signal are omitted from the series names', () => {
  const series = (pod: string): CheckReport['signals'][number] => ({
    ...{
      id: 'heap',
      title: 'Heap',
      value: 9,
      unit: '%',
      level: 'warn',
      source: 'prom',
      at: time,
      fault: null,
    },
    labels: { application: 'shop', env: 'production', pod },
  });
  const signals = [series('bus-0'), series('bus-1')];
  expect(checkLines({ ...none, signals }).map(({ name }) => name)).toEqual(['Heap · bus-0', 'Heap · bus-1']);
});

test('a wrong password is reported once, with the number of affected feeds', () => {
  const faults = ['sessions', 'GET http://db:8080/pools', 'locks'].map((call) => ({
    ...{ source: 'db', kind: 'denied' as const, at: time, remedy: 'correct the password' },
    message: `${call}: password authentication failed for user "ops"`,
  }));
  const text = checkText({ ...none, faults }, { columns: 200, color: false });
  expect(text.match(/password authentication failed/g)).toHaveLength(1);
  expect(text).toContain('password authentication failed for user "ops" (3 feeds)');
});

test('a component that is down is reported once, with its cause, before healthy components', () => {
  const health: CheckReport['health'][number] = {
    ...{ env: 'production', service: 'api', instance: '', status: 'down', latencyMs: 3, httpStatus: 503 },
    ...{ detail: 'db DOWN: connection refused', level: 'crit', source: 'api', at: time },
    components: [
      { name: 'disk', status: 'up' },
      { name: 'db', status: 'down' },
      { name: 'mail', status: 'down' },
    ],
  };
  const [line] = checkLines({ ...none, health: [health] });
  expect(line?.detail).toBe('503, in 3ms, db DOWN: connection refused, mail down');
});
