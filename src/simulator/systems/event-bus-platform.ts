import { loginRefusedStack, portInUseStack } from '../model/logs/java-stack-traces.ts';
import type { ClusterSpec, StartFault } from '../model/spec/cluster.ts';
import type { BlockingTransactionSpec, DatabaseSpec } from '../model/spec/database.ts';
import type { IncidentSpec } from '../model/spec/system-spec.ts';

const mib = 1024 * 1024;
const minutes = 60_000;

/** Database of the event bus. */
export const eventBusDatabase: DatabaseSpec = {
  name: 'database',
  database: 'eventbus_db',
  user: 'eventbus_user',
  password: 'rehearsal',
  maxConnections: 200,
  tables: [
    {
      name: 'events',
      rows: 42_000,
      dead: 6100,
      bytes: 2900 * mib,
      indexes: [
        { name: 'events_pkey', columns: ['id'], bytes: 130 * mib, unique: true },
        { name: 'events_created_at_idx', columns: ['created_at'], bytes: 95 * mib },
      ],
    },
    {
      name: 'subscriptions',
      rows: 840,
      dead: 12,
      bytes: mib,
      indexes: [{ name: 'subscriptions_pkey', columns: ['id'], bytes: mib / 4, unique: true }],
    },
    {
      name: 'outbox',
      rows: 1900,
      dead: 48_000,
      bytes: 44 * mib,
      indexes: [{ name: 'outbox_pkey', columns: ['id'], bytes: 9 * mib, unique: true }],
    },
  ],
  statements: [
    {
      query: 'INSERT INTO events (id, type, payload, created_at) VALUES ($1, $2, $3, $4)',
      calls: 8_204_113,
      meanMs: 1.2,
    },
    { query: 'SELECT * FROM events WHERE id = $1', calls: 5_120_877, meanMs: 0.4 },
    { query: 'UPDATE outbox SET sent_at = $1 WHERE id = $2', calls: 4_011_206, meanMs: 0.9 },
    {
      query: 'SELECT type, count(*) FROM events WHERE created_at > $1 GROUP BY type',
      calls: 288,
      meanMs: 412,
    },
  ],
  background: [
    {
      application: 'postgres_exporter',
      database: 'postgres',
      user: 'postgres_exporter',
      query: 'SELECT * FROM pg_stat_database',
    },
    { application: 'flyway', user: 'eventbus_user', query: 'SELECT 1' },
  ],
};

const blocked: BlockingTransactionSpec = {
  application: 'outbox-repair',
  user: 'eventbus_user',
  query: 'UPDATE outbox SET sent_at = NULL WHERE sent_at < $1',
  ageMs: 12 * minutes,
  waiting: 'UPDATE outbox SET sent_at = $1 WHERE id = $2',
  patienceMs: 3000,
  error:
    'org.springframework.transaction.CannotCreateTransactionException: HikariPool-1 - Connection is not available, request timed out after 3000ms',
};

/** Incidents of the database. */
export const eventBusDatabaseIncidents: readonly IncidentSpec[] = [
  {
    name: 'database-blocked',
    title: 'a transaction was left open and holds locks: every statement behind it waits, the pools run out',
    database: { blockingTransaction: blocked },
  },
  {
    name: 'database-blocked-again',
    title: 'the same, and the job that left it open does so again, whatever is ended',
    database: { blockingTransaction: { ...blocked, againMs: 3000 } },
  },
];

const banner = ['***************************', 'APPLICATION FAILED TO START', '***************************'];

const failed = (stack: readonly string[]) =>
  ({
    level: 'ERROR',
    logger: 'o.s.boot.SpringApplication',
    message: 'Application run failed',
    stack: ['', ...stack],
  }) as const;

/** Settings that prevent the event bus from starting, and its error messages. */
const eventBusStartFaults: readonly StartFault[] = [
  {
    env: 'JAVA_TOOL_OPTIONS',
    good: /^(?!.*javaagent\.jar=80(80|81):)/,
    says: () => [
      {
        level: 'WARN',
        logger: 'o.s.b.w.s.c.AnnotationConfigServletWebServerApplicationContext',
        message: 'Exception encountered during context initialization - cancelling refresh attempt',
      },
      failed(portInUseStack),
      {
        level: 'ERROR',
        logger: 'o.s.b.d.LoggingFailureAnalysisReporter',
        message: '',
      },
      '',
      ...banner,
      '',
      'Description:',
      '',
      'Web server failed to start. Port 8080 was already in use.',
      '',
      'Action:',
      '',
      "Identify and stop the process that's listening on port 8080 or configure this application to listen on another port.",
    ],
  },
  {
    env: 'SPRING_DATASOURCE_URL',
    good: /^jdbc:postgresql:\/\/postgres-cluster\.database(?:\.svc\S*)?:5432\/eventbus_db$/,
    says: (url) => [
      {
        level: 'ERROR',
        logger: 'com.zaxxer.hikari.pool.HikariPool',
        message: 'HikariPool-1 - Exception during pool initialization.',
        stack: [
          '',
          'org.postgresql.util.PSQLException: The connection attempt failed.',
          `Caused by: java.net.UnknownHostException: ${/\/\/([^:/]+)/.exec(url)?.[1] ?? url}`,
        ],
      },
      ...banner,
    ],
  },
  {
    env: 'SPRING_DATASOURCE_USERNAME',
    good: /^eventbus_user$/,
    says: (user) => [
      {
        level: 'ERROR',
        logger: 'com.zaxxer.hikari.pool.HikariPool',
        message: 'HikariPool-1 - Exception during pool initialization.',
        stack: ['', ...loginRefusedStack(user)],
      },
      failed(loginRefusedStack(user)),
      ...banner,
    ],
  },
];

const service = 'event-bus-service';
const jvm = '-XX:MaxRAMPercentage=80.0 --enable-preview';
const agent = '-javaagent:/opt/jmx/jmx_prometheus_javaagent.jar=8080:/opt/jmx/config.yaml';

/** Configuration by file. */
export const eventBusConfig: Readonly<Record<string, string>> = {
  'application.yml':
    'spring:\n  application:\n    name: event-bus-service\n  datasource:\n    hikari:\n      maximum-pool-size: 20\n',
  'application-prod.yml':
    'server:\n  port: 8080\nmanagement:\n  server:\n    port: 8081\nspring:\n  threads:\n    virtual:\n      enabled: true\n',
};

/** Platform of the event bus: three pods of 2560 MiB in a namespace per environment, and a database in another namespace. */
export const eventBusCluster: ClusterSpec = {
  name: 'trademaster',
  registry: 'registry.trademaster.example',
  namespace: 'event-bus-{env}',
  nodes: { count: 3, cpu: '8', memory: '16Gi' },
  services: {
    [service]: {
      runtime: 'java',
      requests: { cpu: '500m', memory: '2Gi' },
      limits: { cpu: '2', memory: '2560Mi' },
      env: {
        JAVA_TOOL_OPTIONS: jvm,
        SPRING_PROFILES_ACTIVE: 'prod',
        SPRING_DATASOURCE_URL: 'jdbc:postgresql://postgres-cluster.database:5432/eventbus_db',
        SPRING_DATASOURCE_USERNAME: 'eventbus_user',
      },
      secretEnv: { SPRING_DATASOURCE_PASSWORD: ['event-bus-service-secrets', 'db-password'] },
      configFiles: { configMap: 'event-bus-service-config', dir: '/opt/trademaster/config' },
      startFaults: eventBusStartFaults,
    },
  },
  statefulSets: [
    {
      name: 'postgres-cluster',
      namespace: 'database',
      replicas: 1,
      image: 'postgres:15.8',
      port: 5432,
      dependency: 'database',
      requests: { cpu: '500m', memory: '1Gi' },
      limits: { cpu: '2', memory: '2Gi' },
    },
  ],
  daemonSets: { fluentd: { namespace: 'logging', image: 'fluent/fluentd:1.17' } },
  cronJobs: [
    {
      name: 'event-archive',
      schedule: '0 3 * * *',
      image: 'registry.trademaster.example/event-archive:1.4.0',
      lines: ['archiving events older than 90 days', '18204 events archived'],
    },
    {
      name: 'eventbus-backup',
      namespace: 'database',
      schedule: '0 2 * * *',
      image: 'registry.trademaster.example/eventbus-backup:1.2.0',
      tookMs: 412_000,
      lines: ['pg_dump of eventbus_db', 'written and packed'],
    },
  ],
  configMaps: { 'event-bus-service-config': eventBusConfig },
  secrets: { 'event-bus-service-secrets': { 'db-password': 'rehearsal' } },
};

/** Incidents of the platform. */
export const eventBusClusterIncidents: readonly IncidentSpec[] = [
  {
    name: 'wont-start',
    title:
      'a change that was applied keeps the service from starting: its port is taken by its own JMX agent',
    cluster: {
      applied: {
        [service]: {
          env: { JAVA_TOOL_OPTIONS: `${jvm} ${agent}` },
          // It was applied with a strategy that replaces all pods at once.
          strategy: { type: 'Recreate' },
        },
      },
    },
  },
  {
    name: 'bad-credential',
    title: 'a change that was applied names a database user that does not exist: the service cannot start',
    cluster: {
      applied: {
        [service]: {
          env: { SPRING_DATASOURCE_USERNAME: 'eventbus_usr' },
          strategy: { type: 'Recreate' },
        },
      },
    },
  },
  {
    name: 'high-memory',
    title: 'the heap of every pod is nearly full of what a burst of events left there',
    cluster: { heapRetained: { [service]: 0.9 } },
  },
  {
    name: 'heap-garbage',
    title: 'the heap of every pod is nearly full of garbage that the collector has put off',
    cluster: { heapGarbage: { [service]: 0.9 } },
  },
];
