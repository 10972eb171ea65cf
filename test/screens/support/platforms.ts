import type { FactKind } from '../../../src/domain/facts/facts.ts';
import type { Lag } from '../../../src/kinds/lag/fact.ts';
import type { DbSession } from '../../../src/kinds/sessions/fact.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import { feedInfo, frame, lag, learnNext, noon, pool } from '../../support/made-facts.ts';
import { shopCockpit } from './shop.ts';
import type { Scene } from './user.ts';

const seconds = (count: number): number => noon - count * 1000;
const minutes = (count: number): number => seconds(60 * count);
const days = (count: number): number => minutes(24 * 60 * count);
const mib = 1024 * 1024;

const settled = (partition: number, more: Partial<Lag>): Lag =>
  lag('billing-events', {
    source: 'kafka',
    topic: 'payments.settled',
    partition,
    members: 3,
    member: `billing-${partition}`,
    at: seconds(3),
    ...more,
  });

/** Consumer groups in every state. */
const lags: readonly Lag[] = [
  settled(0, {
    committed: 9_007_199_254_740_993n,
    end: 9_007_199_254_772_000n,
    lag: 31_007,
    rate: 44,
    motion: 'falling-behind',
  }),
  settled(1, { committed: 100n, end: 17_303n, lag: 17_203, rate: 17, motion: 'falling-behind' }),
  settled(2, { motion: 'unknown', end: 12n }),
  ...(
    [
      ['search-index', 9870, -14, 'gaining', 705, 2],
      ['notify-mail', 312, 0, 'stalled', undefined, 1],
      ['audit-export', 1204, 0, 'stopped', undefined, 0],
      ['ledger', 0, 0, 'steady', undefined, 2],
      ['reports', 9, -2, 'steady', 5, 1],
    ] as const
  ).map(([group, behind, rate, motion, etaSeconds, members]) =>
    lag(group, {
      source: 'kafka',
      topic: group,
      committed: 0n,
      end: BigInt(behind),
      lag: behind,
      rate,
      motion,
      members,
      at: seconds(3),
      ...(etaSeconds === undefined ? {} : { etaSeconds }),
    }),
  ),
];

const workload = (kind: Workload['kind'], name: string, more: Partial<Workload> = {}): Workload => ({
  source: 'k8s',
  at: seconds(2),
  kind,
  namespace: 'shop',
  name,
  owner: '',
  node: 'node-1',
  status: 'Running',
  ready: 1,
  wanted: 1,
  restarts: 0,
  startedAt: days(12),
  memoryLimitBytes: 512 * mib,
  cpuLimitCores: 1,
  ...more,
});

const billing = { owner: 'deploy billing', startedAt: minutes(41) };

const workloads: readonly Workload[] = [
  workload('pod', 'billing-7c9f-x2k', {
    ...billing,
    status: 'OOMKilled',
    ready: 0,
    restarts: 11,
    restartsRising: true,
    cpuCores: 0.03,
    detail: 'exit 137',
  }),
  workload('container', 'app', {
    owner: 'billing-7c9f-x2k',
    status: 'OOMKilled',
    ready: 0,
    restarts: 11,
    startedAt: seconds(9),
    detail: 'exit 137, limit 512Mi',
  }),
  workload('pod', 'billing-7c9f-q8d', {
    ...billing,
    restarts: 4,
    restartsRising: true,
    cpuCores: 0.88,
    memoryBytes: 466 * mib,
  }),
  ...['search-0', 'search-1', 'catalog-5d8-aaa', 'catalog-5d8-bbb'].map((name) =>
    workload('pod', name, { owner: 'sts search', cpuCores: 0.71, memoryBytes: 317 * mib }),
  ),
  workload('deployment', 'billing', { status: 'progressing', ready: 1, wanted: 2, node: '' }),
  workload('node', 'node-1', { namespace: '', status: 'Ready', node: '' }),
];

const session = (pid: number, more: Partial<DbSession>): DbSession => ({
  source: 'pg',
  at: seconds(2),
  database: 'shop',
  pid,
  user: 'shop',
  state: 'active',
  waiting: '',
  blockedBy: [],
  query: 'SELECT * FROM orders WHERE id = $1',
  application: 'orders',
  client: '10.0.0.7',
  startedAt: minutes(50),
  durationMs: 12,
  transactionMs: 14,
  ...more,
});

const sessions: readonly DbSession[] = [
  session(41, {
    state: 'idle in transaction',
    application: 'psql',
    query: 'UPDATE stock SET held = held + 1',
    durationMs: 840_000,
    transactionMs: 845_000,
    blocks: 1,
  }),
  session(52, {
    blockedBy: [41],
    blocks: 1,
    waiting: 'Lock: transactionid',
    query: 'UPDATE stock SET held = 0',
  }),
  session(53, { blockedBy: [52], waiting: 'Lock: tuple', query: 'UPDATE stock SET held = 0' }),
  session(60, {}),
  session(61, { state: 'idle', query: 'COMMIT' }),
];

const every5s = { everyMs: 5000, staleMs: 15_000, timeoutMs: 3000 };

const platformFacts = (others: readonly FactKind[]): FactsStore => {
  const store = createFactsStore(
    frame({
      system: 'shop',
      env: 'production',
      sources: {
        kafka: { type: 'kafka', kinds: ['lag'] },
        k8s: { type: 'kubernetes', kinds: ['workloads'] },
        pg: { type: 'postgres', kinds: ['sessions', 'pools'] },
        ...(others.length === 0 ? {} : { others: { type: 'actuator', kinds: others } }),
      },
    }),
  );
  const read = (id: string, kind: 'lag' | 'workloads' | 'sessions' | 'pools', items: readonly object[]) => {
    for (const time of [minutes(13), seconds(3)])
      learnNext(
        store,
        feedInfo(id, kind, every5s),
        { items: items.map((item) => ({ ...item, at: time })) as never },
        time,
      );
  };
  read('kafka/lag', 'lag', lags);
  read('k8s/pods', 'workloads', workloads);
  read('pg/sessions', 'sessions', sessions);
  read('pg/pools', 'pools', [
    pool('hikari', { service: 'orders', instance: 'orders-0', active: 20, idle: 0, max: 20, pending: 37 }),
    pool('shop', {
      service: 'pg',
      instance: '',
      kind: 'postgres',
      source: 'pg',
      active: 92,
      idle: 3,
      max: 97,
    }),
  ]);
  return store;
};

/** A shop with platforms: Kafka, Kubernetes and PostgreSQL; `others` are kinds of a source without data so far. */
export const platforms = (others: readonly FactKind[] = []): Scene => ({
  facts: platformFacts(others),
  cockpit: { ...shopCockpit, suggestions: [], messages: [] },
});
