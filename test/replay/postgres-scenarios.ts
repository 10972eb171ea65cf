import type { Scenario } from './open-through.ts';

const url = 'postgres://opsdeck@postgres.example:5432/shop';

const sessionList =
  "SELECT pid, application_name, state, wait_event_type, wait_event, array_to_string(pg_blocking_pids(pid), '+'), floor(extract(epoch FROM backend_start) * 1000), query FROM pg_stat_activity WHERE usename = 'shop' ORDER BY application_name";

/** A role with pg_monitor; sessions `root`, `middle`, `leaf-0` and `leaf-1` of the application; each but the first waits for another. */
export const postgresScenarios: readonly Scenario[] = [
  {
    name: 'sessions',
    asked: 'sessions of a blocking tree',
    entry: { url },
    calls: ['feed sessions'],
    tools: [sessionList],
  },
  {
    name: 'sessions-hidden',
    asked: 'sessions of a blocking tree, by a role without pg_monitor',
    entry: { url: url.replace('opsdeck@', 'bystander@') },
    calls: ['feed sessions'],
    tools: [sessionList],
  },
  {
    name: 'pools',
    asked: 'connection slots, blocked sessions and the longest transaction',
    entry: { url },
    signals: [
      { id: 'client', read: { connections: 'client' } },
      { id: 'usable', read: { connections: 'usable' } },
      { id: 'blocked', read: { blocked: true } },
      { id: 'transaction', read: { longest: 'transaction' } },
    ],
    calls: ['feed pools'],
    tools: [
      'SHOW max_connections',
      'SHOW superuser_reserved_connections',
      "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'psql'",
    ],
  },
  {
    name: 'health',
    asked: 'a login, the version and whether the server is a standby, twice, each on a session of its own',
    entry: { url },
    calls: ['feed health', 'feed health'],
    tools: ['SHOW server_version'],
  },
  {
    name: 'locks',
    asked: 'locks that are not granted',
    entry: { url },
    calls: ['feed locks'],
    tools: ['SELECT pid, locktype, mode FROM pg_locks WHERE NOT granted ORDER BY pid'],
  },
  {
    name: 'settings',
    asked: 'the default settings',
    entry: { url },
    calls: ['feed settings'],
    tools: [
      "SELECT name, setting, unit FROM pg_settings WHERE name IN ('idle_in_transaction_session_timeout', 'max_connections', 'shared_buffers', 'statement_timeout', 'superuser_reserved_connections', 'work_mem') ORDER BY name",
    ],
  },
  {
    name: 'statements',
    asked: 'the slowest statements of pg_stat_statements',
    entry: { url, slow: { limit: 20 } },
    calls: ['feed statements'],
    tools: ["SELECT query, calls, rows FROM pg_stat_statements WHERE query LIKE 'INSERT INTO accounts%'"],
  },
  {
    name: 'sizes',
    asked: 'sizes of the database and its tables',
    entry: { url },
    calls: ['feed sizes'],
    tools: [
      'SELECT pg_database_size(current_database())',
      "SELECT pg_total_relation_size('accounts'), pg_indexes_size('accounts')",
    ],
  },
  {
    name: 'replication',
    asked: 'replication of a server without standbys',
    entry: { url },
    calls: ['feed replication'],
  },
  {
    name: 'tuples',
    asked: 'live and dead tuples',
    entry: { url },
    calls: ['feed tuples'],
    tools: ["SELECT n_live_tup, n_dead_tup FROM pg_stat_user_tables WHERE relname = 'accounts'"],
  },
  {
    name: 'doctor',
    asked: 'the examination, and the identity of another server',
    entry: { url, identity: { database: 'shop', systemIdentifier: '1' } },
    calls: ['doctor', 'identify'],
    tools: ['SHOW server_version', 'SELECT system_identifier FROM pg_control_system()'],
  },
  {
    name: 'sql',
    asked: 'a statement with a value, NULL, text beyond ASCII and two series; all types in one row',
    entry: { url },
    signals: [
      {
        id: 'accounts',
        read: {
          sql: "SELECT CASE WHEN id % 2 = 0 THEN 'even ✓' ELSE 'odd' END AS parity, sum(balance) AS total, NULL::int AS missing FROM accounts WHERE id <= $1::int GROUP BY 1 ORDER BY 1",
          params: [4],
          column: 'total',
          labels: ['parity'],
        },
      },
      {
        id: 'missing',
        read: {
          sql: "SELECT CASE WHEN id % 2 = 0 THEN 'even ✓' ELSE 'odd' END AS parity, sum(balance) AS total, NULL::int AS missing FROM accounts WHERE id <= $1::int GROUP BY 1 ORDER BY 1",
          params: [4],
          column: 'missing',
        },
      },
    ],
    calls: ['feed sql'],
  },
  {
    name: 'sql-error',
    asked: 'a statement on a table that does not exist',
    entry: { url },
    signals: [{ id: 'broken', read: { sql: 'SELECT count(*) FROM nowhere' } }],
    calls: ['feed sql'],
  },
  {
    name: 'sql-timeout',
    asked: 'a statement that runs into statement_timeout, and the next one on the same session',
    entry: { url, timeout: '200ms' },
    signals: [{ id: 'slow', read: { sql: 'SELECT pg_sleep(30)' } }],
    calls: ['feed sql', 'feed settings'],
  },
  {
    name: 'no-such-database',
    asked: 'a login to a database that does not exist',
    entry: { url: `${url}-none` },
    calls: ['feed health'],
  },
  {
    name: 'sessions-prepared',
    asked: 'sessions of a blocking tree, and one that a prepared transaction blocks',
    entry: { url },
    calls: ['feed sessions', 'feed locks'],
    tools: [sessionList],
  },
];
