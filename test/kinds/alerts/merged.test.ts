import { expect, test } from 'vitest';
import type { Row } from '../../../src/domain/snapshot.ts';
import type { Alert } from '../../../src/kinds/alerts/fact.ts';
import { mergedAlerts } from '../../../src/kinds/alerts/merged-alerts.ts';

const row = (source: string, more: Partial<Alert> = {}, stale = false): Row<'alerts'> => {
  const fact: Alert = {
    source,
    at: 0,
    name: 'PspDown',
    severity: 'critical',
    state: 'firing',
    labels: { service: 'billing' },
    summary: '',
    ...more,
  };
  return {
    key: `${source}/${JSON.stringify(fact.labels)}`,
    fact,
    level: 'crit',
    stale,
    feed: `${source}/alerts`,
  };
};

const merged = (...rows: readonly Row<'alerts'>[]): readonly (readonly string[])[] =>
  mergedAlerts(rows, (source) => source === 'am').map(({ row: one, also }) =>
    [one, ...also].map(({ fact }) => `${fact.source} ${fact.state}`),
  );

test('an alert of Prometheus and its copy in Alertmanager are one, and the silence counts', () => {
  const copy = { state: 'silenced' as const, labels: { service: 'billing', cluster: 'eu-1' } };
  expect(merged(row('prom'), row('am', copy))).toEqual([['am silenced', 'prom firing']]);
});

test('two Prometheus servers that watch each other make one', () => {
  expect(merged(row('prom-a'), row('prom-b'), row('am'))).toEqual([
    ['am firing', 'prom-a firing', 'prom-b firing'],
  ]);
});

test('other values of a label are another alert', () => {
  const other = { labels: { service: 'orders' } };
  expect(merged(row('prom'), row('am', other))).toHaveLength(2);
});

test('two alerts of one source stay two, even when the labels of one are among those of the other', () => {
  const wider = { labels: { service: 'billing', pod: 'billing-0' } };
  expect(merged(row('prom'), row('prom', wider))).toHaveLength(2);
});

test('one alert of Alertmanager takes one of Prometheus, not every one whose labels fit', () => {
  const narrow = row('prom', { labels: {} });
  const told = merged(row('am'), row('prom'), narrow);
  expect(told).toHaveLength(2);
  expect(told[0]).toEqual(['am firing', 'prom firing']);
});

test('what is read now stands for what is old', () => {
  expect(merged(row('am', { state: 'silenced' }, true), row('prom'))).toEqual([
    ['prom firing', 'am silenced'],
  ]);
});
