import type { DatabaseSpec, LongStatementSpec } from '../model/database/spec.ts';
import type { CallSpec, IncidentSpec, SystemSpec } from '../model/system-spec.ts';
import {
  breakerRule,
  downRule,
  errorRule,
  heapRule,
  latencyRules,
  ordersRule,
  poolRule,
  slowQueriesRule,
} from './alert-rules.ts';

import {
  tradingChannel,
  tradingCi,
  tradingDashboards,
  tradingPager,
  tradingRedis,
  tradingToolIncidents,
} from './trading-tools.ts';

const mib = 1024 * 1024;
const tradingService = 'trademaster-trading-service';

/** Database of the trading service: two pools of ten connections, 100 slots. */
const tradingDatabase: DatabaseSpec = {
  name: 'database',
  database: 'trademaster_trading',
  user: 'trademaster_user',
  password: 'rehearsal',
  maxConnections: 100,
  tables: [
    {
      name: 'orders',
      rows: 6_480_000,
      dead: 91_000,
      bytes: 3900 * mib,
      indexes: [
        { name: 'orders_pkey', columns: ['id'], bytes: 190 * mib, unique: true },
        { name: 'orders_user_id_idx', columns: ['user_id'], bytes: 140 * mib },
      ],
    },
    {
      name: 'trades',
      rows: 11_200_000,
      dead: 4000,
      bytes: 5200 * mib,
      indexes: [{ name: 'trades_pkey', columns: ['id'], bytes: 310 * mib, unique: true }],
    },
    {
      name: 'positions',
      rows: 92_000,
      dead: 3100,
      bytes: 28 * mib,
      indexes: [{ name: 'positions_pkey', columns: ['id'], bytes: 4 * mib, unique: true }],
    },
  ],
  statements: [
    {
      query: 'INSERT INTO orders (id, user_id, symbol, quantity) VALUES ($1, $2, $3, $4)',
      calls: 6_112_406,
      meanMs: 1.4,
    },
    { query: 'SELECT * FROM orders WHERE id = $1', calls: 9_870_115, meanMs: 0.4 },
    { query: 'UPDATE positions SET quantity = quantity + $1 WHERE id = $2', calls: 5_004_992, meanMs: 0.8 },
    {
      query: 'SELECT symbol, sum(quantity) FROM trades WHERE traded_at > $1 GROUP BY symbol',
      calls: 144,
      meanMs: 2310,
    },
  ],
  background: [
    { application: 'postgres_exporter', user: 'postgres_exporter', query: 'SELECT * FROM pg_stat_database' },
    { application: 'pg_dump', user: 'backup', query: 'COPY public.trades TO stdout' },
  ],
};

const statements: LongStatementSpec = {
  service: tradingService,
  query: 'SELECT o.*, t.* FROM orders o LEFT JOIN trades t ON t.symbol = o.symbol ORDER BY o.created_at DESC',
  sessions: 3,
  youngestMs: 50_000,
  waitMs: 1300,
  error:
    'org.hibernate.exception.JDBCConnectionException: Unable to acquire JDBC Connection [HikariPool-1 - Connection is not available, request timed out after 1000ms]',
};

/** Incidents of the database. */
const tradingDatabaseIncidents: readonly IncidentSpec[] = [
  {
    name: 'pool-exhaustion',
    title: 'statements without an end hold connections and make the others slow: the pools run out',
    database: { longStatement: statements },
  },
  {
    name: 'pool-leak',
    title: 'the same, and the service sends them again: the pools run out once more, whatever is ended',
    database: { longStatement: { ...statements, againMs: 4000 } },
  },
];

const service = 'trademaster-trading-service';

const guarded = (to: string, breaker: string, share: number): CallSpec => ({
  to,
  breaker,
  share,
  config: {
    slidingWindowSize: 20,
    minimumNumberOfCalls: 10,
    slowCallDurationThreshold: 2000,
    waitDurationInOpenState: 600_000,
    permittedNumberOfCallsInHalfOpenState: 5,
  },
});

/** A trading service with a database and a broker's API; production only. */
export const trading: SystemSpec = {
  name: 'trading',
  services: [
    {
      name: service,
      version: '2.3.1',
      api: '/api/v1/orders',
      latencyMs: 24,
      heapMaxBytes: 2048 * 1024 * 1024,
      poolMax: 10,
      poolOn: 'database',
      calls: [guarded('database', 'databaseService', 0.9), guarded('broker', 'brokerService', 0.3)],
      indicators: ['broker'],
      slaMs: 500,
      business: { done: 'orders_placed', failed: 'orders_failed' },
      openBreakerIsDown: false,
      managementApart: false,
    },
  ],
  dependencies: [
    {
      name: 'database',
      log: 'postgres',
      latencyMs: 8,
      error: 'org.springframework.jdbc.CannotGetJdbcConnectionException: Failed to obtain JDBC Connection',
    },
    {
      name: 'broker',
      latencyMs: 60,
      error:
        'org.springframework.web.client.ResourceAccessException: I/O error on POST request: broker: Read timed out',
    },
  ],
  environments: [
    {
      name: 'production',
      instances: { [service]: 2 },
      requestsPerSecond: 8,
      slowness: 1,
      errorShare: 0.0005,
    },
  ],
  compose: {
    project: 'trading',
    memoryLimitBytes: 4096 * 1024 * 1024,
    additionalServices: { gateway: 'kong:3.9', cache: 'redis:7.4', kafka: 'apache/kafka:4.1.0' },
  },
  database: tradingDatabase,
  redis: tradingRedis,
  ci: tradingCi,
  pager: tradingPager,
  channel: tradingChannel,
  dashboards: tradingDashboards,
  scriptLogs: [
    {
      file: 'logs/deployment-{date}.log',
      lines: ({ services }) =>
        services.flatMap(({ name, version, running, wanted }) => [
          `INFO deploying ${name} ${version}, blue to green`,
          `INFO health of green: ${running} of ${wanted} healthy`,
          'INFO traffic goes to green',
        ]),
    },
  ],
  rehearsal: {
    addresses: {
      app: `${service}-app`,
      'app-0': `${service}-0-app`,
      'app-1': `${service}-1-app`,
      management: service,
      'management-0': `${service}-0`,
      'management-1': `${service}-1`,
      metrics: `${service}-metrics`,
      'metrics-0': `${service}-0-metrics`,
      'metrics-1': `${service}-1-metrics`,
      database: 'database',
      broker: 'broker',
      prometheus: 'prometheus',
      alertmanager: 'alertmanager',
      grafana: 'grafana',
      deploy: 'deploy',
      docker: 'docker',
      'docker-program': 'docker-program',
      postgres: 'postgres',
      checkout: 'files',
      'github-api': 'github',
      pagerduty: 'pagerduty',
      'slack-api': 'slack',
      redis: 'redis',
    },
    texts: {
      token: 'rehearsal',
      repository: 'trademaster/trading',
      'github-token': 'rehearsal',
      'ci-every': '4s',
      'ci-time': '10m',
      'pagerduty-token': 'rehearsal',
      'pagerduty-from': 'ana@example.com',
      unacknowledged: '5s',
      'slack-token': 'rehearsal',
      'slack-channel': 'C0TRADING',
      'grafana-token': 'rehearsal',
      'redis-password': 'rehearsal',
      holds: '10s',
      lasting: '10s',
      heed: '1s',
      'db-password': 'rehearsal',
      window: '15s',
      sustained: '5s',
      patience: '35s',
      'database-container': 'database',
      'gateway-container': 'gateway',
    },
  },
  alerts: [
    errorRule,
    ...latencyRules({ p95Ms: 500, p99Ms: 2000 }),
    breakerRule,
    poolRule,
    downRule('ApplicationDown'),
    ordersRule,
    slowQueriesRule,
    heapRule,
  ],
  incidents: [
    {
      name: 'dependency-down',
      title: 'the broker does not answer: the breaker brokerService opens, orders that need it fail',
      dependenciesDown: ['broker'],
    },
    {
      name: 'service-down',
      title: 'no instance of the service is running: every connection is cut',
      servicesStopped: [service],
    },
    {
      name: 'high-error-rate',
      title: 'a bad release: most orders that are placed end in an internal error',
      servicesReleased: {
        [service]: {
          version: '2.4.0',
          fault: { method: 'POST', share: 0.6, exception: 'NullPointerException' },
        },
      },
    },
    {
      name: 'high-latency',
      title: 'more orders than two instances can take: requests wait for a connection of the pool',
      servicesOverloaded: { [service]: { ms: 2600, enough: 3 } },
    },
    ...tradingDatabaseIncidents,
    ...tradingToolIncidents,
  ],
};
