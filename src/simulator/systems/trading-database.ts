import type { DatabaseSpec, LongStatementSpec, MissingIndexSpec } from '../model/spec/database.ts';
import type { IncidentSpec } from '../model/spec/system-spec.ts';

const mib = 1024 * 1024;
const service = 'trademaster-trading-service';

/** The index behind the order list of a user. Without it, every list is a scan of all orders. */
export const userOrders: MissingIndexSpec = {
  index: 'orders_user_id_created_at_idx',
  table: 'orders',
  columns: ['user_id', 'created_at DESC'],
  query: 'SELECT * FROM orders WHERE user_id = $1 ORDER BY created_at DESC LIMIT 50',
  waitMs: 740,
  rampMs: 40_000,
  // Two pools of ten. A larger pool lets more scans run at the same time, which slows down each of them.
  connections: 20,
};

/** Database of the trading service: two pools of ten connections, 100 slots. */
export const tradingDatabase: DatabaseSpec = {
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
        { name: userOrders.index, columns: userOrders.columns, bytes: 140 * mib },
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
    {
      name: 'transactions',
      rows: 2_410_000,
      dead: 12_000,
      bytes: 610 * mib,
      indexes: [{ name: 'transactions_pkey', columns: ['id'], bytes: 70 * mib, unique: true }],
    },
  ],
  statements: [
    { query: userOrders.query, calls: 1_204_870, meanMs: 2.1 },
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
  isExported: true,
};

const statements: LongStatementSpec = {
  service,
  query: 'SELECT o.*, t.* FROM orders o LEFT JOIN trades t ON t.symbol = o.symbol ORDER BY o.created_at DESC',
  sessions: 3,
  youngestMs: 50_000,
  waitMs: 1300,
  error:
    'org.hibernate.exception.JDBCConnectionException: Unable to acquire JDBC Connection [HikariPool-1 - Connection is not available, request timed out after 1000ms]',
};

/** Incidents of the database. */
export const tradingDatabaseIncidents: readonly IncidentSpec[] = [
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
  {
    name: 'slow-queries',
    title:
      'a migration has dropped an index of orders: the list of the orders of a user reads the whole table',
    database: { missingIndex: userOrders },
  },
  {
    name: 'statements-missing',
    title: 'the database was restored without its extensions: slow queries are no longer recorded',
    database: { missingExtensions: ['pg_stat_statements'] },
  },
];
