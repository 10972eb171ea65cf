import type { DatabaseSpec, HoldSpec } from '../model/database/spec.ts';
import type { IncidentSpec } from '../model/spec.ts';

const mib = 1024 * 1024;
const service = 'trademaster-trading-service';

/** The database of the trading service: two pools of ten, in a server that lets a hundred in. */
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

const statements: HoldSpec = {
  service,
  query: 'SELECT o.*, t.* FROM orders o LEFT JOIN trades t ON t.symbol = o.symbol ORDER BY o.created_at DESC',
  sessions: 3,
  youngestMs: 50_000,
  waitMs: 1300,
  error:
    'org.hibernate.exception.JDBCConnectionException: Unable to acquire JDBC Connection [HikariPool-1 - Connection is not available, request timed out after 1000ms]',
};

/** How its database can break. */
export const tradingDatabaseIncidents: readonly IncidentSpec[] = [
  {
    name: 'pool-exhaustion',
    title: 'statements without an end hold connections and make the others slow: the pools run out',
    database: { hold: statements },
  },
  {
    name: 'pool-leak',
    title: 'the same, and the service sends them again: the pools run out once more, whatever is ended',
    database: { hold: { ...statements, againMs: 4000 } },
  },
];
