import type { RowCommand } from '../../domain/facts/row-command.ts';
import type { PostgresConfig } from './config.ts';

/** The URL without its password, which psql takes from PGPASSWORD, ~/.pgpass or a prompt. */
const withoutPassword = (url: string): string =>
  url
    .replace(/^(postgres(?:ql)?:\/\/[^:/?#@]*):[^/?#]*@/, '$1@')
    .replace(/([?&])password=[^&#]*(?:&|(?=#|$))/g, '$1')
    .replace(/[?&]$/, '');

/** A value as an SQL literal: text with doubled quotes (PostgreSQL, 4.1.2.1). */
const literal = (value: unknown): string => {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
};

/** The statement of a signal with its values; undefined without a value for each placeholder. */
const statementOf = (read: Readonly<Record<string, unknown>>): string | undefined => {
  if (typeof read.sql !== 'string') return undefined;
  const values: readonly unknown[] = Array.isArray(read.params) ? read.params : [];
  const sql = read.sql.replaceAll(/\$(\d+)/g, (whole, nth: string) =>
    Number(nth) <= values.length ? literal(values[Number(nth) - 1]) : whole,
  );
  return /\$\d/.test(sql) ? undefined : sql;
};

const activity =
  'SELECT pid, usename, state, wait_event, now() - query_start AS running, query FROM pg_stat_activity';

const statements = {
  health: 'SELECT 1',
  pools:
    "SELECT state, count(*), current_setting('max_connections') AS max FROM pg_stat_activity GROUP BY state",
  blocked: `${activity} WHERE cardinality(pg_blocking_pids(pid)) > 0`,
  longest: `${activity} WHERE state <> 'idle' ORDER BY query_start LIMIT 10`,
};

/** psql with the statement that shows the row. */
export const postgresRowCommand: RowCommand<PostgresConfig> = ({ url, database }, row) => {
  const psql = (sql: string | undefined): readonly string[] | undefined =>
    sql === undefined
      ? undefined
      : [
          'psql',
          ...(url === undefined ? [] : [withoutPassword(url)]),
          ...(url === undefined && database !== undefined ? ['-d', database] : []),
          '-c',
          sql,
        ];
  if (row.kind === 'sessions') return psql(`${activity} WHERE pid = ${Math.trunc(row.fact.pid)}`);
  if (row.kind === 'pools') return psql(statements.pools);
  if (row.kind === 'health') return psql(statements.health);
  if (row.kind !== 'signal') return undefined;
  const { read } = row;
  if (read.blocked === true) return psql(statements.blocked);
  if (typeof read.longest === 'string') return psql(statements.longest);
  if (typeof read.connections === 'string') return psql(statements.pools);
  return psql(statementOf(read));
};
