import { milliseconds, tagged } from './statements.ts';

/** The columns were renamed in 13. Source: PostgreSQL docs, release notes of 13, E.21. */
export const slowStatements = (versionNumber: number): string => {
  const [mean, total] =
    versionNumber >= 130_000 ? ['mean_exec_time', 'total_exec_time'] : ['mean_time', 'total_time'];
  return tagged(
    'statements',
    `
SELECT s.query, s.calls, s.${mean} AS mean_ms, s.${total} AS total_ms, s.rows
FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
WHERE d.datname = current_database() AND s.query NOT LIKE '/* opsdeck:%'
ORDER BY s.${mean} DESC LIMIT $1::int`,
  );
};

export const version = tagged('version', `SELECT current_setting('server_version_num')::int AS number`);

export const sizes = tagged(
  'sizes',
  `
(SELECT 'database' AS kind, d.datname AS name, pg_database_size(d.oid) AS bytes, NULL::bigint AS index_bytes
 FROM pg_database d WHERE d.datname = current_database())
UNION ALL
(SELECT 'table', t.schemaname || '.' || t.relname, pg_total_relation_size(t.relid), pg_indexes_size(t.relid)
 FROM pg_stat_user_tables t ORDER BY 3 DESC NULLS LAST LIMIT $1::int)`,
);

export const replication = tagged(
  'replication',
  `
SELECT pg_is_in_recovery() AS recovering,
  extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) AS replayed_seconds,
  CASE WHEN pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) END AS unreplayed,
  r.application_name AS name, coalesce(host(r.client_addr), '') AS client, r.state, r.sync_state,
  extract(epoch FROM r.replay_lag) AS lag_seconds,
  CASE WHEN NOT pg_is_in_recovery() THEN pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn) END AS lag_bytes
FROM (SELECT 1) AS one LEFT JOIN pg_stat_replication r ON true
ORDER BY r.application_name, r.pid`,
);

export const locks = tagged(
  'locks',
  `
SELECT l.pid, l.locktype, l.mode, l.relation::regclass::text AS relation, a.usename AS "user",
  array_to_string(pg_blocking_pids(l.pid), ',') AS blocked_by,
  ${milliseconds('clock_timestamp() - a.query_start')} AS duration_ms, a.query
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE NOT l.granted
ORDER BY a.query_start, l.pid`,
);

export const settings = tagged(
  'settings',
  `
SELECT name, CASE WHEN source = 'session' THEN reset_val ELSE setting END AS setting, unit, context, pending_restart, sourcefile
FROM pg_settings WHERE name = ANY($1::text[]) OR ($2::boolean AND pending_restart)
ORDER BY name`,
);

export const tuples = tagged(
  'tuples',
  `
SELECT schemaname || '.' || relname AS name, n_live_tup AS live, n_dead_tup AS dead, seq_scan, idx_scan,
  ${milliseconds('clock_timestamp() - greatest(last_vacuum, last_autovacuum)')} AS vacuumed_ms,
  ${milliseconds('clock_timestamp() - greatest(last_analyze, last_autoanalyze)')} AS analyzed_ms
FROM pg_stat_user_tables ORDER BY n_dead_tup DESC, relname LIMIT $1::int`,
);
