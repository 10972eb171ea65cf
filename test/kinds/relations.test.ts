import { describe, expect, test } from 'vitest';
import type { AnyFact, FactKind, Sample } from '../../src/domain/facts/facts.ts';
import type { SignalSpec } from '../../src/domain/profile/profile.ts';
import { entityNames, findRelatedRows, nameStem, relatedRowKey } from '../../src/kinds/relations.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import { buildSnapshot } from '../../src/store/snapshot.ts';
import {
  breaker,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  noon,
  pool,
  sample,
  spec,
} from '../support/made-facts.ts';

const workload = (kind: Workload['kind'], name: string, more: Partial<Workload> = {}): Workload => ({
  source: 'bus',
  at: noon,
  kind,
  namespace: 'shop',
  name,
  owner: '',
  node: '',
  status: 'Running',
  ...more,
});

const snapshotOf = (
  kinds: Partial<Record<FactKind, readonly AnyFact[]>>,
  signals: readonly SignalSpec[] = [],
  samples: readonly Sample[] = [],
) => {
  const store = createFactsStore(frame({ signals }));
  for (const [kind, items] of Object.entries(kinds))
    learn(store, feedInfo(`bus/${kind}`, kind as FactKind), { items });
  if (signals.length > 0)
    learn(store, feedInfo('bus/queries', 'samples', { signals: signals.map(({ id }) => id) }), { samples });
  return buildSnapshot(store.getState(), noon);
};

/** 'KIND NAMES relation', for the rows related to a fact. */
const related = (
  snapshot: ReturnType<typeof snapshotOf>,
  kind: FactKind,
  fact: AnyFact,
  signals: readonly SignalSpec[] = [],
): readonly string[] =>
  findRelatedRows(snapshot, signals, entityNames(kind, fact)).map(
    ({ of, relation }) => `${relatedRowKey(of).replaceAll('bus/', '')}: ${relation}`,
  );

describe('nameStem', () => {
  test.each([
    ['orders-service', 'orders'],
    ['orders-group', 'orders'],
    ['orders-consumer-group', 'orders'],
    ['billing.service', 'billing'],
    ['Billing', 'billing'],
    ['billing-0:8080', 'billing-0'],
    ['http://billing:8080', 'billing'],
    ['service', 'service'],
    // Addresses and numbers name nothing that another row has.
    ['10.0.0.3:9090', ''],
    ['[::1]:80', ''],
    ['', ''],
  ])('%s is compared as %s', (name, stem) => expect(nameStem(name)).toBe(stem));
});

describe('findRelatedRows', () => {
  const pod = workload('pod', 'billing-7c9f-x2k', { owner: 'deploy billing', node: 'node-1' });
  const psp = breaker('psp', { service: 'billing', instance: 'billing-7c9f-x2k' });
  const group = lag('billing-group', { topic: 'payments', member: 'billing-7c9f-x2k' });
  const facts = {
    workloads: [
      pod,
      workload('deployment', 'billing'),
      workload('node', 'node-1'),
      workload('pod', 'search-0', { owner: 'sts search', node: 'node-1' }),
    ],
    breakers: [psp, breaker('stock', { service: 'orders', instance: 'orders-0' })],
    health: [health('billing'), health('psp'), health('billing', { env: 'staging' })],
    lag: [group, lag('audit-group', { topic: 'payments' })],
    pools: [pool('hikari', { service: 'billing', instance: 'billing-7c9f-x2k' })],
    alerts: [
      {
        source: 'bus',
        at: noon,
        name: 'PodRestarting',
        severity: 'warning',
        state: 'firing' as const,
        labels: { pod: 'billing-7c9f-x2k' },
        summary: '',
      },
    ],
  };
  const snapshot = snapshotOf(facts);

  test('a pod leads to its workload, node, health, breakers, pools, consumer group and alerts', () => {
    expect(related(snapshot, 'workloads', pod).toSorted()).toEqual(
      [
        'workloads pod/shop/deploy billing/node-1/billing-7c9f-x2k: same object',
        'workloads deployment/shop///billing: same object',
        'workloads node/shop///node-1: runs on',
        'health production/billing/: same object',
        'breakers billing/billing-7c9f-x2k/psp: same object',
        'pools billing/billing-7c9f-x2k/hikari/hikari: same object',
        'lag main/billing-group/payments/0: same object',
        'alerts PodRestarting/pod=billing-7c9f-x2k: same object',
      ].toSorted(),
    );
  });

  test('a queue leads to its signals, and a dead-letter queue to its queue and to its own signals', () => {
    const [orders, dead] = [
      { source: 'aws', at: noon, name: 'orders', kind: 'sqs', dlq: 'orders-dlq', deadLettersOf: [] },
      { source: 'aws', at: noon, name: 'orders-dlq', kind: 'dlq', deadLettersOf: ['orders'] },
    ] as const;
    const specs = [
      spec('depth', { read: { depth: 'orders' } }),
      spec('dead', { read: { depth: 'orders-dlq' } }),
      spec('sent', { read: { metric: 'NumberOfMessagesSent', dimensions: { QueueName: 'orders' } } }),
      spec('mails', { read: { depth: 'mails' } }),
    ];
    const all = snapshotOf({ queues: [orders, dead] }, specs);
    const signalsOf = (queue: AnyFact): readonly string[] =>
      related(all, 'queues', queue, specs).filter((row) => row.startsWith('signal '));
    expect(signalsOf(orders)).toEqual(['signal depth: same object', 'signal sent: same object']);
    expect(signalsOf(dead)).toEqual([
      'signal dead: same object',
      'signal depth: same object',
      'signal sent: same object',
    ]);
  });

  test('a node leads to what runs on it', () => {
    const [, , node] = facts.workloads;
    expect(node === undefined ? [] : related(snapshot, 'workloads', node)).toEqual([
      'workloads node/shop///node-1: same object',
      'workloads pod/shop/deploy billing/node-1/billing-7c9f-x2k: runs here',
      'workloads pod/shop/sts search/node-1/search-0: runs here',
    ]);
  });

  test('a breaker leads to its dependency, and the dependency back to the breaker', () => {
    expect(related(snapshot, 'breakers', psp)).toContain('health production/psp/: needs');
    expect(related(snapshot, 'health', health('psp'))).toEqual([
      'health production/psp/: same object',
      'breakers billing/billing-7c9f-x2k/psp: needed by',
    ]);
  });

  test('a consumer group leads to other groups of its topic, and not to unrelated rows', () => {
    const rows = related(snapshot, 'lag', group);
    expect(rows).toContain('lag main/audit-group/payments/0: same topic');
    expect(rows.filter((row) => /orders|search|staging/.test(row))).toEqual([]);
  });

  test('a pod without an owner is found by the name that Kubernetes generated', () => {
    const bare = workload('pod', 'billing-5d8f9c7b6-abcde');
    expect(related(snapshot, 'workloads', bare)).toContain('health production/billing/: same object');
  });

  test('a signal is found by the labels of its query and of its series', () => {
    const signals = [
      spec('rate', { read: { promql: 'sum(rate(http_total{service=~"billing|cart.*",code="500"}[1m]))' } }),
      spec('heap', { read: { metric: 'heap' } }),
      spec('other', { read: { promql: 'sum(up{service="search"})' } }),
    ];
    const measured = snapshotOf(facts, signals, [
      sample('rate', 1),
      sample('heap', 2, { labels: { instance: 'billing-7c9f-x2k' } }),
      sample('other', 3),
    ]);
    const rows = related(measured, 'workloads', pod, signals).filter((row) => row.startsWith('signal'));
    expect(rows.toSorted()).toEqual([
      'signal heap{instance=billing-7c9f-x2k}: same object',
      'signal rate: same object',
    ]);
  });

  test('a row whose names nothing else has is related only to itself', () => {
    const lonely = workload('file', 'dump.sql', { node: 'vm-9' });
    expect(related(snapshotOf({ ...facts, workloads: [lonely] }), 'workloads', lonely)).toEqual([
      'workloads file/shop//vm-9/dump.sql: same object',
    ]);
  });
});
