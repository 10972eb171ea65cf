/** Tags a statement of ours: the tag precedes its text, so that the server's log and views show where it comes from. */
export const taggedSql = (tag: string, text: string): string => `/* opsdeck:${tag} */ ${text.trim()}`;

/** Tags of statements with text of a profile, a runbook or a log of the server. */
const foreignTags: ReadonlySet<string> = new Set(['sql', 'plan', 'explain', 'execute']);

/** Returns whether a tagged statement is a constant of opsdeck. */
export const isConstantSql = (text: string): boolean => {
  const [, tag] = /^\/\* opsdeck:(\w+) \*\/ /.exec(text) ?? [];
  return tag !== undefined && !foreignTags.has(tag);
};

export const millisecondsSql = (interval: string): string =>
  `round(extract(epoch FROM ${interval}) * 1000)::bigint`;
/** Formats a timestamp precisely enough to distinguish a backend from a later one with the same pid. */
const preciseTimestampSql = (moment: string): string =>
  `to_char(${moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const usableSlotsSql = `current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
    - coalesce(current_setting('reserved_connections', true), '0')::int`;
/**
 * Client sessions. Without pg_monitor the backend type of others is hidden, but not their user and database: only
 * clients have both.
 */
const clientBackendsSql = `(a.backend_type = 'client backend' OR (a.backend_type IS NULL AND a.usesysid IS NOT NULL AND a.datid IS NOT NULL))`;
const otherClientsSql = `${clientBackendsSql} AND a.pid <> pg_backend_pid() AND a.application_name <> 'opsdeck'`;

/** The text that replaces a statement that our role may not see. Source: PostgreSQL, pgstatfuncs.c. */
const isHiddenSql = `a.query = '<insufficient privilege>'`;
/**
 * True for a session that waits for a lock. Its wait event is hidden from a role without pg_monitor; pg_locks is not,
 * and contains every lock that is not granted.
 */
const isBlockedSql = `(a.wait_event_type = 'Lock'
    OR (${isHiddenSql} AND a.pid IN (SELECT l.pid FROM pg_locks l WHERE NOT l.granted)))`;

export const healthSql = taggedSql(
  'health',
  `SELECT pg_is_in_recovery() AS recovering, current_setting('server_version') AS version`,
);

export const identitySql = taggedSql(
  'identity',
  `SELECT current_database() AS database, system_identifier FROM pg_control_system()`,
);

/** Whether the account sees the statements of other users. Source: PostgreSQL docs, predefined roles. */
const readsAllSql =
  "coalesce((SELECT pg_has_role(oid, 'member') FROM pg_roles WHERE rolname = 'pg_read_all_stats'), false)";

/** Whether the account sees every row: no table hides some from it by its policies. Source: PostgreSQL docs, row security policies. */
const readsRowsSql = `NOT EXISTS (SELECT FROM pg_class r WHERE r.relrowsecurity AND row_security_active(r.oid)) AS reads_rows`;

/** The last reset of the counted statistics of the database, in ms since the epoch; 0: none. Source: PostgreSQL docs, pg_stat_database. */
const statisticsResetSql = `(SELECT coalesce(${millisecondsSql('stats_reset')}, 0) FROM pg_stat_database
  WHERE datname = current_database()) AS statistics_reset`;

export const clusterFingerprintSql = taggedSql(
  'cluster',
  `SELECT s.system_identifier, c.timeline_id AS timeline, (c.checkpoint_lsn - '0/0'::pg_lsn)::int8 AS checkpoint,
  pg_is_in_recovery() AS recovering, ${readsAllSql} AS reads_all, ${readsRowsSql}, ${statisticsResetSql}
FROM pg_control_system() s, pg_control_checkpoint() c`,
);

export const serverFingerprintSql = taggedSql(
  'server',
  `SELECT coalesce(host(inet_server_addr()) || ':' || inet_server_port(), 'local socket') AS server,
  ${preciseTimestampSql('pg_postmaster_start_time()')} AS started,
  ${millisecondsSql('clock_timestamp() - pg_postmaster_start_time()')} AS age_ms,
  current_setting('cluster_name', true) AS cluster_name, pg_is_in_recovery() AS recovering,
  ${readsAllSql} AS reads_all, ${readsRowsSql}, ${statisticsResetSql}`,
);

/**
 * A query runs since query_start; any other state lasts since state_change. Source: PostgreSQL docs, pg_stat_activity.
 */
export const sessionsSql = taggedSql(
  'sessions',
  `
SELECT a.pid, a.datname AS database, a.usename AS "user", a.application_name AS application,
  coalesce(host(a.client_addr), a.client_hostname, '') AS client, a.state,
  ${millisecondsSql("clock_timestamp() - CASE WHEN a.state = 'active' THEN a.query_start ELSE a.state_change END")} AS duration_ms,
  ${millisecondsSql('clock_timestamp() - a.xact_start')} AS transaction_ms,
  a.wait_event_type, a.wait_event, a.query,
  CASE WHEN ${isBlockedSql} THEN array_to_string(pg_blocking_pids(a.pid), ',') END AS blocked_by,
  ${preciseTimestampSql('a.backend_start')} AS started,
  ${preciseTimestampSql("CASE WHEN a.state = 'active' THEN a.query_start ELSE a.state_change END")} AS since
FROM pg_stat_activity a
WHERE ${otherClientsSql}
ORDER BY a.xact_start NULLS LAST, a.backend_start, a.pid`,
);

/**
 * One row: slots, their users, and the longest session of each kind. Our own sessions count as slots, but nowhere else.
 */
export const activitySql = taggedSql(
  'activity',
  `
SELECT current_setting('max_connections')::int AS max, ${usableSlotsSql} AS usable,
  count(*) AS client,
  count(*) FILTER (WHERE ${otherClientsSql}) AS others,
  count(*) FILTER (WHERE ${otherClientsSql} AND a.state = 'idle') AS idle,
  count(*) FILTER (WHERE ${otherClientsSql} AND a.state <> 'idle') AS active,
  count(*) FILTER (WHERE a.backend_type IS NULL) AS hidden,
  count(*) FILTER (WHERE ${otherClientsSql} AND ${isBlockedSql}) AS blocked,
  max(extract(epoch FROM clock_timestamp() - a.query_start)) FILTER (WHERE ${otherClientsSql} AND a.state = 'active') AS query,
  max(extract(epoch FROM clock_timestamp() - a.xact_start)) FILTER (WHERE ${otherClientsSql}) AS transaction,
  max(extract(epoch FROM clock_timestamp() - a.state_change))
    FILTER (WHERE ${otherClientsSql} AND a.state LIKE 'idle in transaction%') AS idle_in_transaction
FROM pg_stat_activity a
WHERE ${clientBackendsSql}`,
);

export const doctorSql = taggedSql(
  'doctor',
  `
SELECT current_user AS "user", current_setting('server_version') AS version,
  pg_is_in_recovery() AS recovering,
  current_setting('is_superuser') = 'on' AS superuser,
  pg_has_role(current_user, 'pg_monitor', 'USAGE') AS monitor,
  pg_has_role(current_user, 'pg_signal_backend', 'USAGE') AS signal_backend,
  EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements') AS statements,
  current_setting('max_connections')::int AS max, ${usableSlotsSql} AS usable,
  (SELECT count(*) FROM pg_stat_activity a WHERE ${clientBackendsSql}) AS client,
  (SELECT reset_val FROM pg_settings WHERE name = 'statement_timeout') AS statement_timeout,
  (SELECT reset_val FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout') AS idle_timeout`,
);

/** Tags a statement of the profile. */
export const profileSql = (text: string): string => taggedSql('sql', text);

const signalCallSql = (call: 'pg_cancel_backend' | 'pg_terminate_backend'): string => `
SELECT ${call}(a.pid) AS done FROM pg_stat_activity a
WHERE a.pid = $1::int AND a.backend_start = $2::timestamptz AND a.backend_type = 'client backend'
  AND a.pid <> pg_backend_pid() AND a.application_name <> 'opsdeck'`;

/** Cancels or terminates a backend if it is still the pinned one; returns no row otherwise. */
export const signalBackendSql = {
  cancel: taggedSql('cancel', signalCallSql('pg_cancel_backend')),
  terminate: taggedSql('terminate', signalCallSql('pg_terminate_backend')),
};

/** A table or index by its name, in its schema or the search path, with its properties for the preview. */
export const relationSql = taggedSql(
  'relation',
  `
SELECT c.oid, c.relkind AS kind, n.nspname AS schema, c.relname AS name, pg_total_relation_size(c.oid) AS bytes,
  s.n_dead_tup AS dead,
  (SELECT string_agg(pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' (INVALID)' END, E'\\n')
   FROM pg_index i WHERE i.indrelid = c.oid OR i.indexrelid = c.oid) AS indexes
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.relname = $1::text AND CASE WHEN $2::text IS NULL THEN pg_table_is_visible(c.oid) ELSE n.nspname = $2::text END`,
);

/** Tags a statement of ours that changes something. */
export const changeSql = (tag: string, text: string): string => taggedSql(tag, text);
export const reloadSql = taggedSql('reload', 'SELECT pg_reload_conf() AS done');
