import { expect, test } from 'vitest';
import type { Row } from '../../../src/domain/facts/snapshot.ts';
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
  mergedAlerts(rows, (source) => source === 'am').map(({ row: foundRow, also }) =>
    [foundRow, ...also].map(({ fact }) => `${fact.source} ${fact.state}`),
  );

test('merges an alert of Prometheus with its copy in Alertmanager, which can silence it', () => {
  const copy = { state: 'silenced' as const, labels: { service: 'billing', cluster: 'eu-1' } };
  expect(merged(row('prom'), row('am', copy))).toEqual([['am silenced', 'prom firing']]);
});

test('merges the same alert of two Prometheus servers', () => {
  expect(merged(row('prom-a'), row('prom-b'), row('am'))).toEqual([
    ['am firing', 'prom-a firing', 'prom-b firing'],
  ]);
});

test('does not merge alerts with different label values', () => {
  const other = { labels: { service: 'orders' } };
  expect(merged(row('prom'), row('am', other))).toHaveLength(2);
});

test('does not merge alerts of one source, even if one has a subset of the labels', () => {
  const wider = { labels: { service: 'billing', pod: 'billing-0' } };
  expect(merged(row('prom'), row('prom', wider))).toHaveLength(2);
});

test('merges an alert of Alertmanager with one matching alert of Prometheus only', () => {
  const narrow = row('prom', { labels: {} });
  const alerts = merged(row('am'), row('prom'), narrow);
  expect(alerts).toHaveLength(2);
  expect(alerts[0]).toEqual(['am firing', 'prom firing']);
});

test('a fresh alert takes precedence over a stale one', () => {
  expect(merged(row('am', { state: 'silenced' }, true), row('prom'))).toEqual([
    ['prom firing', 'am silenced'],
  ]);
});
