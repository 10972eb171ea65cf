import type { ClusterSpec, DeployedSpec, StatefulSpec } from '../model/spec/cluster.ts';
import type { DatabaseSpec } from '../model/spec/database.ts';
import type { MessagingSpec } from '../model/spec/messaging.ts';
import type { IncidentSpec } from '../model/spec/system-spec.ts';

/** Saga events: produced with every request, consumed by the orchestrator itself. */
export const sagaMessaging: MessagingSpec = {
  name: 'saga-kafka',
  topics: [
    { name: 'saga-events', partitions: 3, from: 'saga-orchestrator', each: 4 },
    { name: 'payment-events', partitions: 3, from: 'payment-service', each: 1 },
    { name: 'saga-events-dlq', partitions: 1 },
  ],
  groups: [
    { name: 'saga-orchestrator-group', topic: 'saga-events', service: 'saga-orchestrator', perSecond: 90 },
    { name: 'notification-group', topic: 'payment-events', service: 'notification-service', perSecond: 60 },
  ],
};

export const sagaMessagingIncidents: readonly IncidentSpec[] = [
  {
    name: 'consumer-lag',
    title: 'every saga event has become more work: two orchestrators no longer keep up with saga-events',
    messaging: { slow: { 'saga-orchestrator-group': 30 }, burst: { 'saga-events': 1100 } },
  },
  {
    name: 'consumer-stalled',
    title: 'the orchestrators are members of their group and handle nothing, until they are restarted',
    messaging: { stalled: ['saga-orchestrator-group'] },
  },
  {
    name: 'partitions-short',
    title:
      'five orchestrators share three partitions of saga-events: two are idle, the others cannot keep up',
    servicesScaled: { 'saga-orchestrator': 5 },
    messaging: { slow: { 'saga-orchestrator-group': 16 }, burst: { 'saga-events': 1100 } },
  },
  {
    name: 'broker-down',
    title: 'one of three Kafka brokers is gone: every partition has a replica less',
    messaging: { brokersDown: [3] },
  },
];

const mib = 1024 * 1024;
const minutes = 60_000;

/** The database of the saga platform. Its pools hold up to 80 of 147 slots, and 140 with five orchestrators. */
export const sagaDatabase: DatabaseSpec = {
  name: 'postgres',
  database: 'microservices',
  user: 'postgres',
  password: 'rehearsal',
  maxConnections: 150,
  tables: [
    {
      name: 'saga_instances',
      rows: 1_310_000,
      dead: 22_500,
      bytes: 760 * mib,
      indexes: [
        { name: 'saga_instances_pkey', columns: ['id'], bytes: 41 * mib, unique: true },
        { name: 'saga_instances_status_idx', columns: ['status'], bytes: 18 * mib },
      ],
    },
    {
      name: 'inventory',
      rows: 58_000,
      dead: 900,
      bytes: 14 * mib,
      indexes: [{ name: 'inventory_pkey', columns: ['sku'], bytes: 2 * mib, unique: true }],
    },
    {
      name: 'payments',
      rows: 922_000,
      dead: 4100,
      bytes: 310 * mib,
      indexes: [{ name: 'payments_pkey', columns: ['id'], bytes: 29 * mib, unique: true }],
    },
  ],
  statements: [
    { query: 'UPDATE saga_instances SET status = $1 WHERE id = $2', calls: 3_920_114, meanMs: 0.8 },
    { query: 'SELECT * FROM saga_instances WHERE id = $1', calls: 6_012_551, meanMs: 0.3 },
    { query: 'UPDATE inventory SET reserved = reserved + $1 WHERE sku = $2', calls: 2_204_910, meanMs: 0.6 },
    { query: 'INSERT INTO payments (id, saga_id, amount) VALUES ($1, $2, $3)', calls: 911_422, meanMs: 1.1 },
    {
      query: 'SELECT date_trunc($1, created_at), sum(amount) FROM payments GROUP BY 1',
      calls: 96,
      meanMs: 1840,
    },
  ],
  background: [
    {
      application: 'postgres_exporter',
      database: 'postgres',
      user: 'postgres_exporter',
      query: 'SELECT * FROM pg_stat_database',
    },
    {
      application: 'DBeaver',
      backMs: 60_000,
      user: 'readonly',
      query: 'SELECT * FROM saga_instances LIMIT 200',
    },
  ],
};

/** Incidents of the database. */
export const sagaDatabaseIncidents: readonly IncidentSpec[] = [
  {
    name: 'slow-statements',
    title: 'an index of saga_instances is gone: what looks for sagas by their status reads the whole table',
    database: {
      missingIndex: {
        index: 'saga_instances_status_idx',
        table: 'saga_instances',
        columns: ['status'],
        query: 'SELECT * FROM saga_instances WHERE status = $1',
        waitMs: 620,
      },
    },
  },
  {
    name: 'pool-exhaustion',
    title: 'reports leak sessions: they hold slots for half an hour, the pools of the services run out',
    database: {
      sessionLeak: {
        application: 'reports',
        user: 'reports',
        query:
          'SELECT p.*, s.* FROM payments p JOIN saga_instances s ON s.id = p.saga_id ORDER BY p.created_at',
        sessions: 76,
        youngestMs: 11 * minutes,
        waitMs: 2400,
      },
    },
  },
];

const registry = 'registry.saga.example';

/** Administrators of the database get its password. */
const databaseEnv = { DB_PASSWORD: ['postgres-secret', 'password'] } as const;

const deployed = (
  runtime: DeployedSpec['runtime'],
  env: DeployedSpec['env'] = {},
  secretEnv: DeployedSpec['secretEnv'] = {},
): DeployedSpec => ({
  runtime,
  secretEnv,
  requests: { cpu: '250m', memory: '512Mi' },
  limits: { cpu: '1', memory: '1Gi' },
  env,
});

const stateful = (name: string, image: string, port: number): StatefulSpec => ({
  name,
  replicas: 1,
  image,
  port,
  dependency: name,
  requests: { cpu: '500m', memory: '1Gi' },
  limits: { cpu: '2', memory: '2Gi' },
});

/** Platform of the saga system: the namespace microservices, with logs collected in another one. */
export const sagaCluster: ClusterSpec = {
  name: 'saga',
  registry,
  namespace: 'microservices',
  nodes: { count: 3, cpu: '4', memory: '8Gi' },
  services: {
    'saga-orchestrator': deployed(
      'go',
      {
        DB_MAX_OPEN_CONNS: '20',
        DB_MAX_IDLE_CONNS: '5',
        KAFKA_BATCH_SIZE: '100',
        KAFKA_BATCH_TIMEOUT: '10ms',
        GOGC: '100',
      },
      databaseEnv,
    ),
    'inventory-service': deployed('go', { DB_MAX_OPEN_CONNS: '10' }, databaseEnv),
    'payment-service': deployed('java', { JAVA_TOOL_OPTIONS: '-XX:MaxRAMPercentage=50.0' }, databaseEnv),
    'notification-service': deployed('go'),
  },
  statefulSets: [stateful('postgres', 'postgres:15.8', 5432), stateful('kafka', 'apache/kafka:4.1.0', 9092)],
  daemonSets: { fluentd: { namespace: 'logging', image: 'fluent/fluentd:1.17' } },
  cronJobs: [
    {
      name: 'saga-sweeper',
      schedule: '*/30 * * * *',
      image: `${registry}/saga-sweeper:1.2.0`,
      lines: ['looking for sagas that are stuck', '0 sagas compensated'],
    },
  ],
  // The orchestrator has no autoscaler: it is scaled manually.
  scalers: [{ service: 'inventory-service', least: 2, most: 6, cpuPercent: 70 }],
  secrets: { 'postgres-secret': { password: 'rehearsal' } },
  tlsSecrets: { 'microservices-tls': ['api.saga.example', 'saga.example'] },
  delivery: {
    namespace: 'delivery',
    applications: [
      {
        name: 'inventory',
        revision: '4b1d6a3f0c2e9875d6b1a4f3c2e1908776a5b4c3',
        wanted: '9e2c7f10a8d3b6541f0e9d8c7b6a594837261504',
        services: ['inventory-service'],
      },
      {
        name: 'payments',
        revision: '4b1d6a3f0c2e9875d6b1a4f3c2e1908776a5b4c3',
        wanted: '9e2c7f10a8d3b6541f0e9d8c7b6a594837261504',
        services: ['payment-service'],
        problem: 'one or more objects failed to apply, reason: Deployment.apps "payment-service" is invalid',
      },
    ],
    kustomizations: [
      {
        name: 'orchestrator',
        revision: '4b1d6a3f0c2e9875d6b1a4f3c2e1908776a5b4c3',
        services: ['saga-orchestrator'],
      },
      {
        name: 'notifications',
        revision: '4b1d6a3f0c2e9875d6b1a4f3c2e1908776a5b4c3',
        services: ['notification-service'],
        suspended: true,
      },
    ],
    helmReleases: [
      {
        name: 'fluentd',
        revision: '6.5.1',
        services: [],
        problem: 'Helm upgrade failed: timed out waiting for the condition',
      },
    ],
    releases: [
      {
        name: 'ingress',
        revisions: [
          {
            ...{ status: 'superseded', agoMs: 30 * 86_400_000, chart: '4.11.2' },
            values: { controller: { replicaCount: 2 }, tls: { password: 'changeit-1' } },
          },
          {
            ...{ status: 'deployed', agoMs: 6 * 86_400_000, chart: '4.11.3' },
            values: { controller: { replicaCount: 3 }, tls: { password: 'changeit-2' } },
          },
        ],
      },
      {
        name: 'notifications',
        services: ['notification-service'],
        revisions: [
          { status: 'superseded', agoMs: 30 * 86_400_000, chart: '2.0.0', tag: '1.7.0' },
          { status: 'superseded', agoMs: 6 * 86_400_000, chart: '2.1.0', tag: '1.8.0' },
          {
            ...{ status: 'failed', agoMs: 3_600_000, chart: '2.2.0', tag: '1.8.0' },
            description: 'Upgrade "notifications" failed: timed out waiting for the condition',
          },
          { status: 'deployed', agoMs: 1_800_000, chart: '2.2.0', tag: '1.8.0' },
        ],
      },
    ],
  },
};

/** Incidents of the platform. */
export const sagaClusterIncidents: readonly IncidentSpec[] = [
  {
    name: 'memory-leak',
    title: 'saga-orchestrator leaks memory: its containers are killed at their limit, again and again',
    cluster: { leaks: { 'saga-orchestrator': 70_000 } },
  },
];
