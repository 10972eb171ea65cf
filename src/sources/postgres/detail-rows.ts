import { formatAge } from '../../domain/text/duration.ts';
import { formatBytes, formatCount, formatLatency, formatPercent } from '../../domain/text/format.ts';
import { blockerNames } from '../../kinds/sessions/state.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import type { DetailRow } from '../kit/contract/client-feed.ts';
import { redactPasswords } from '../kit/values/secrets.ts';
import { booleanColumn, numberColumn, pidsColumn, type QueryRow, textColumn } from './parse.ts';
import { millisecondsSql, taggedSql } from './statements.ts';

/** The columns were renamed in version 13. Source: PostgreSQL docs, release notes of 13, E.21. */
export const slowStatementsSql = (versionNumber: number): string => {
  const [mean, total] =
    versionNumber >= 130_000 ? ['mean_exec_time', 'total_exec_time'] : ['mean_time', 'total_time'];
  return taggedSql(
    'statements',
    `
SELECT s.query, s.calls, s.${mean} AS mean_ms, s.${total} AS total_ms, s.rows
FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
WHERE d.datname = current_database() AND s.query NOT LIKE '/* opsdeck:%'
ORDER BY s.${mean} DESC LIMIT $1::int`,
  );
};

export const versionSql = taggedSql('version', `SELECT current_setting('server_version_num')::int AS number`);

export const sizesSql = taggedSql(
  'sizes',
  `
(SELECT 'database' AS kind, d.datname AS name, pg_database_size(d.oid) AS bytes, NULL::bigint AS index_bytes
 FROM pg_database d WHERE d.datname = current_database())
UNION ALL
(SELECT 'table', t.schemaname || '.' || t.relname, pg_total_relation_size(t.relid), pg_indexes_size(t.relid)
 FROM pg_stat_user_tables t ORDER BY 3 DESC NULLS LAST LIMIT $1::int)`,
);

export const replicationSql = taggedSql(
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

export const locksSql = taggedSql(
  'locks',
  `
SELECT l.pid, l.locktype, l.mode, l.relation::regclass::text AS relation, a.usename AS "user",
  array_to_string(pg_blocking_pids(l.pid), ',') AS blocked_by,
  ${millisecondsSql('clock_timestamp() - a.query_start')} AS duration_ms, a.query
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE NOT l.granted
ORDER BY a.query_start, l.pid`,
);

export const settingsSql = taggedSql(
  'settings',
  `
SELECT name, CASE WHEN source = 'session' THEN reset_val ELSE setting END AS setting, unit, context, pending_restart, sourcefile
FROM pg_settings WHERE name = ANY($1::text[]) OR ($2::boolean AND pending_restart)
ORDER BY name`,
);

export const tuplesSql = taggedSql(
  'tuples',
  `
SELECT schemaname || '.' || relname AS name, n_live_tup AS live, n_dead_tup AS dead, seq_scan, idx_scan,
  ${millisecondsSql('clock_timestamp() - greatest(last_vacuum, last_autovacuum)')} AS vacuumed_ms,
  ${millisecondsSql('clock_timestamp() - greatest(last_analyze, last_autoanalyze)')} AS analyzed_ms
FROM pg_stat_user_tables ORDER BY n_dead_tup DESC, relname LIMIT $1::int`,
);

const joinParts = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join(' · ');
const queryText = (row: QueryRow): string => oneLine(redactPasswords(textColumn(row, 'query')), 160);
const agoText = (ms: number | undefined): string => (ms === undefined ? 'never' : `${formatAge(ms)} ago`);

/** 'SELECT … → mean 12ms · 1,204 calls · 14s in all · 1,204 rows' */
export const statementLine = (row: QueryRow): DetailRow => ({
  title: queryText(row),
  text: joinParts(
    `mean ${formatLatency(numberColumn(row, 'mean_ms'))}`,
    `${formatCount(numberColumn(row, 'calls'))} calls`,
    `${formatLatency(numberColumn(row, 'total_ms'))} total`,
    `${formatCount(numberColumn(row, 'rows'))} rows`,
  ),
});

/** The size of a table includes its indexes and TOAST. */
export const sizeLine = (row: QueryRow): DetailRow => {
  const index = numberColumn(row, 'index_bytes');
  return {
    title: `${textColumn(row, 'kind')} ${textColumn(row, 'name')}`,
    text: joinParts(
      formatBytes(numberColumn(row, 'bytes')),
      index === undefined ? '' : `${formatBytes(index)} in indexes`,
    ),
  };
};

/** The delay of a standby, or one line per connected standby; none without replication. */
export const replicationLines = (rows: readonly QueryRow[]): readonly DetailRow[] =>
  rows.flatMap((row): readonly DetailRow[] => {
    if (booleanColumn(row, 'recovering')) {
      const behind = numberColumn(row, 'unreplayed');
      return [
        {
          title: 'in recovery (standby)',
          text: joinParts(
            `last transaction replayed ${agoText(secondsToMillis(numberColumn(row, 'replayed_seconds')))}`,
            behind === undefined ? 'no WAL received' : `${formatBytes(behind)} received but not replayed`,
          ),
        },
      ];
    }
    const state = textColumn(row, 'state');
    if (state === '') return [];
    return [
      {
        title: joinParts(textColumn(row, 'name'), textColumn(row, 'client')),
        text: joinParts(
          state,
          textColumn(row, 'sync_state'),
          `${formatBytes(numberColumn(row, 'lag_bytes'))} behind`,
          lagText(numberColumn(row, 'lag_seconds')),
        ),
      },
    ];
  });

const secondsToMillis = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value * 1000;
const lagText = (lag: number | undefined): string =>
  lag === undefined ? '' : `${formatLatency(lag * 1000)} replay lag`;

/** '71 waits for ShareLock of transactionid → blocked by 12 · shop · 3m · UPDATE …' */
export const lockLine = (row: QueryRow): DetailRow => {
  const relation = textColumn(row, 'relation');
  const what = joinParts(
    `${textColumn(row, 'mode')} of ${textColumn(row, 'locktype')}${relation === '' ? '' : ` ${relation}`}`,
  );
  const blockers = pidsColumn(row, 'blocked_by');
  return {
    title: `${textColumn(row, 'pid')} waits for ${what}`,
    text: joinParts(
      blockers.length === 0 ? 'no longer blocked' : `blocked by ${blockerNames(blockers)}`,
      textColumn(row, 'user'),
      formatLatency(numberColumn(row, 'duration_ms')),
      queryText(row),
    ),
  };
};

/** A setting in its unit, and whether a new value requires a restart. */
export const settingLine = (row: QueryRow): DetailRow => {
  return {
    title: textColumn(row, 'name'),
    text: joinParts(
      formatSetting(redactPasswords(textColumn(row, 'setting')), textColumn(row, 'unit')),
      booleanColumn(row, 'pending_restart') ? 'a new value is pending a restart' : '',
      textColumn(row, 'context') === 'postmaster' ? 'changes require a restart' : '',
    ),
  };
};

/** Size in bytes of the memory units in pg_settings. */
const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1024,
  '8kB': 8192,
  '16MB': 16_777_216,
  MB: 1_048_576,
};

/** '4096', '8kB' → '32 MiB'; a time keeps its unit; the meaning of -1 and 0 depends on the setting. */
const formatSetting = (setting: string, unit: string): string => {
  const size = unitBytes[unit];
  const amount = Number(setting);
  if (size !== undefined && amount > 0) return formatBytes(amount * size);
  return unit === '' || size !== undefined || amount <= 0 ? setting : `${setting} ${unit}`;
};

/** Dead rows of a table, and its access paths: index scans and sequential scans. */
export const tupleLine = (row: QueryRow): DetailRow => {
  const live = numberColumn(row, 'live');
  const dead = numberColumn(row, 'dead');
  const all = (live ?? 0) + (dead ?? 0);
  return {
    title: textColumn(row, 'name'),
    text: joinParts(
      `${formatCount(dead)} dead of ${formatCount(all)} rows${all > 0 ? ` (${formatPercent((100 * (dead ?? 0)) / all)})` : ''}`,
      `vacuumed ${agoText(numberColumn(row, 'vacuumed_ms'))}`,
      `analyzed ${agoText(numberColumn(row, 'analyzed_ms'))}`,
      `${formatCount(numberColumn(row, 'seq_scan'))} sequential scans, ${formatCount(numberColumn(row, 'idx_scan'))} by index`,
    ),
  };
};
