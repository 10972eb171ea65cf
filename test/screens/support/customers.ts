import type { Fault } from '../../../src/domain/base/fault.ts';
import type { AnyFact } from '../../../src/domain/facts/facts.ts';
import type { FeedKind } from '../../../src/domain/facts/reading.ts';
import type { Profile, SourceEntry } from '../../../src/domain/profile/profile.ts';
import { maskWordsOf } from '../../../src/domain/profile/profile-words.ts';
import type { Alert } from '../../../src/kinds/alerts/fact.ts';
import type { DbSession } from '../../../src/kinds/sessions/fact.ts';
import type { Workload } from '../../../src/kinds/workloads/fact.ts';
import { createFactsStore, type FactsStore } from '../../../src/store/facts-store.ts';
import {
  breaker,
  fault,
  feedInfo,
  frame,
  health,
  lag,
  learn,
  noon,
  pool,
  sample,
  spec,
} from '../../support/made-facts.ts';
import { closeBreaker, shopCockpit } from './shop.ts';
import type { Scene } from './user.ts';

/** Names that only the operator may see: no six letters of them occur in a word of opsdeck. */
export const real = {
  host: 'zqvk-kestrel-71.heronvale.net',
  other: 'brkr-2.qwolfden.zone',
  node: 'wjx-mgpf-17',
  word: 'jumpqbox',
  ip: '10.83.19.204',
  ip6: 'fd7a:91c3::8e',
  email: 'petronella.wyx@qyarrow.org',
  user: 'wyx_petronella',
  cluster: 'krzv-eu-91',
  token: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJxIn0.Xk3vQpZw',
  password: 'Zx9-qv!tr0ub4d',
  known: 'kv77hq0pass',
  customer: 'Quimbry & Yarlow',
} as const;

const stamp = { at: noon - 2000 };
const every = { everyMs: 5000, staleMs: 15_000, timeoutMs: 3000 };

const source = (id: string, type: string, config: object): SourceEntry => ({
  id,
  type,
  config,
  position: { file: 'production.yaml', line: 1, col: 1 },
});

/** The common part of their profiles. */
const profile: Profile = {
  system: 'shop',
  env: 'production',
  title: 'Shop production',
  tier: 'production',
  file: 'production.yaml',
  across: ['production'],
  sources: [
    source('api', 'http', { url: `https://${real.host}`, checks: [{ service: 'gateway' }] }),
    source('bus', 'actuator', { service: 'bus', instances: [`http://${real.ip}:8081/actuator`] }),
    source('kafka', 'kafka', { brokers: [`${real.other}:9092`] }),
    source('k8s', 'kubernetes', { context: real.cluster, namespace: 'shop' }),
    source('hosts', 'host', { ssh: [`${real.user}@${real.node}`, real.word] }),
  ],
  signals: [],
  limits: {},
  logViews: [],
  runbooks: [],
  contacts: [{ id: 'c', name: 'Petronella Wyx', role: 'owns the bus', reach: real.email }],
  links: [{ id: 'l', title: 'Edge', url: `https://${real.host}/edge` }],
  guard: { readOnly: true, armMs: 900_000, cancelWindowMs: 5000, typed: 'disruptive' },
  share: { names: [real.customer], allow: [] },
};

const long = `POST https://${real.host}:8443/api/v1/orders refused by ${real.ip}:5432 for ${real.email}, Authorization: Bearer ${real.token}`;

const workload = (kind: Workload['kind'], name: string, more: Partial<Workload> = {}): Workload => ({
  ...stamp,
  source: 'k8s',
  kind,
  namespace: 'shop',
  name,
  owner: 'deploy billing',
  node: real.node,
  status: 'Running',
  ready: 0,
  wanted: 1,
  restarts: 3,
  detail: `Back-off pulling ${real.other}/billing:1.4.2 on ${real.node}`,
  ...more,
});

const session = (pid: number, more: Partial<DbSession> = {}): DbSession => ({
  ...stamp,
  source: 'pg',
  database: 'shop',
  pid,
  user: real.user,
  state: 'active',
  waiting: 'Lock: tuple',
  blockedBy: pid === 41 ? [] : [41],
  query: `SELECT * FROM customers WHERE email = '${real.email}' AND password = '${real.password}'`,
  client: real.ip,
  durationMs: 840_000,
  transactionMs: 845_000,
  ...more,
});

const alert = (name: string, more: Partial<Alert> = {}): Alert => ({
  ...stamp,
  source: 'am',
  name,
  severity: 'critical',
  state: 'firing',
  since: noon - 600_000,
  labels: {
    severity: 'critical',
    instance: `${real.ip}:9100`,
    node: real.node,
    cluster: real.cluster,
    user: real.user,
    url: `https://admin:${real.password}@${real.host}/x`,
  },
  summary: `${real.host} is full, ask ${real.email} or ${real.customer}`,
  ...more,
});

const lost: Fault = {
  ...fault('unreachable', `connect ECONNREFUSED ${real.ip}:5432 (${real.other}, ${real.ip6})`, 'pg'),
  remedy: `ssh ${real.user}@${real.node} and look`,
};

interface Read {
  readonly feed: string;
  readonly kind: FeedKind;
  readonly items?: readonly AnyFact[];
  readonly labels?: readonly Readonly<Record<string, string>>[];
  readonly faults?: readonly Fault[];
}

const signal = spec('disk', {
  title: `disk of ${real.node}`,
  source: 'prom',
  unit: '%',
  threshold: { warn: { op: '>', value: 80 } },
});

const factsOf = (reads: readonly Read[]): FactsStore => {
  const types = { api: 'http', bus: 'actuator', kafka: 'kafka', k8s: 'kubernetes', pg: 'postgres' };
  const more = { am: 'alertmanager', prom: 'prometheus', hosts: 'host', docker: 'docker' };
  const all = Object.entries({ ...types, ...more }).map(([id, type]) => [id, { type }] as const);
  const store = createFactsStore(
    frame({ system: 'shop', sources: Object.fromEntries(all), signals: [signal] }),
  );
  for (const { feed, kind, items = [], labels = [], faults = [] } of reads) {
    const info = feedInfo(feed, kind, { ...every, ...(labels.length > 0 ? { signals: ['disk'] } : {}) });
    const samples = labels.map((label) => sample('disk', 91, { ...stamp, source: 'prom', labels: label }));
    learn(store, info, { items, samples, faults }, noon - 2000);
  }
  return store;
};

const edge: Read = {
  feed: 'api/health',
  kind: 'health',
  items: [
    health('gateway', { ...stamp, source: 'api', status: 'down', detail: long }),
    health('billing', { ...stamp, source: 'api', instance: `${real.host}:8443`, status: 'degraded' }),
    health('orders', {
      ...stamp,
      source: 'api',
      instance: real.node,
      components: [{ name: 'db', status: `UP at ${real.ip6}` }],
    }),
  ],
};

/** The shapes of the shipped systems, each with the names of its production environment. */
const shapes: Readonly<Record<string, readonly Read[]>> = {
  demo: [
    edge,
    {
      feed: 'prom/queries',
      kind: 'samples',
      labels: [{ host: real.node }, { instance: `${real.host}:9100` }],
    },
  ],
  'event-bus': [
    {
      feed: 'bus/breakers',
      kind: 'breakers',
      items: [
        breaker('broker', { ...stamp, instance: `${real.ip}:8081`, state: 'open', failureRate: 90 }),
        breaker(`to-${real.other}`, { ...stamp, instance: `${real.host}:8081`, state: 'half-open' }),
      ],
    },
    {
      feed: 'bus/pools',
      kind: 'pools',
      items: [pool('hikari', { ...stamp, instance: `${real.host}:8081`, active: 20, max: 20, pending: 9 })],
    },
    { feed: 'pg/health', kind: 'health', faults: [lost] },
  ],
  eventmesh: [
    {
      feed: 'hosts/units',
      kind: 'workloads',
      items: [
        workload('unit', 'eventmesh-api', { source: 'hosts', owner: '', node: `${real.user}@${real.node}` }),
        workload('process', 'port 8080', {
          source: 'hosts',
          owner: '',
          node: real.word,
          status: `held by ${real.user}`,
        }),
      ],
    },
    {
      feed: 'prom/queries',
      kind: 'samples',
      labels: [{ host: `${real.user}@${real.node}` }, { host: real.word }],
    },
  ],
  saga: [
    {
      feed: 'k8s/pods',
      kind: 'workloads',
      items: [
        workload('pod', 'billing-7c9f-x2k'),
        workload('container', 'app', { owner: 'billing-7c9f-x2k' }),
        workload('pod', `kube-proxy-${real.node}`),
        workload('node', real.node, { node: '', namespace: '', owner: '' }),
      ],
    },
    {
      feed: 'pg/sessions',
      kind: 'sessions',
      items: [session(41), session(52), session(53, { application: 'psql' })],
    },
    {
      feed: 'kafka/lag',
      kind: 'lag',
      items: [
        lag('billing-events', {
          ...stamp,
          source: 'kafka',
          cluster: real.cluster,
          lag: 9000,
          motion: 'falling-behind',
          member: `billing-0@/${real.ip}`,
        }),
      ],
    },
  ],
  trading: [
    {
      feed: 'am/alerts',
      kind: 'alerts',
      items: [alert('DiskFull'), alert('HostDown', { state: 'pending' })],
    },
    {
      feed: 'docker/containers',
      kind: 'workloads',
      items: [workload('container', 'engine', { source: 'docker', owner: '' })],
      faults: [lost],
    },
  ],
};

/** Each customer's production environment, by the name of the system it resembles. */
export const customers: readonly (readonly [name: string, scene: () => Scene])[] = Object.entries(shapes).map(
  ([name, reads]) => [
    name,
    (): Scene => ({
      facts: factsOf(reads),
      cockpit: {
        ...shopCockpit,
        environments: [
          { system: 'shop', env: 'production', title: `Shop at ${real.host}`, tier: 'production' },
          { system: 'shop', env: real.cluster, title: 'Shop beside it', tier: 'staging' },
        ],
        open: {
          system: 'shop',
          env: 'production',
          title: 'Shop production',
          tier: 'production',
          where: `${real.cluster}/shop`,
          embedded: false,
          incidents: [],
          across: ['production'],
          words: [maskWordsOf(profile)],
          contacts: profile.contacts,
          links: profile.links,
        },
        suggestions: [
          {
            runbook: { ...closeBreaker, title: `Close it at ${real.host}` },
            fits: 'yes',
            why: `${real.host}:8443 says so, ${real.email} too: ${long}`,
            danger: 'disruptive',
          },
        ],
        messages: [
          {
            at: noon - 9000,
            level: 'crit',
            text: `breaker ${real.ip}:8081 · broker: CLOSED → OPEN, ${long}`,
          },
        ],
        journal: [
          {
            at: noon - 9000,
            kind: 'image',
            level: 'warn',
            what: `deployment billing on ${real.node}`,
            change: `${real.other}/billing:1 → ${real.host}/billing:2, by ${real.email}`,
            source: 'k8s',
          },
        ],
      },
    }),
  ],
);
