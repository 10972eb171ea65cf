import { type CheckResult, lacking, runChecks } from '../kit/contract/doctor-checks.ts';
import type { Finding } from '../kit/contract/source.ts';
import type { PostgresClient } from './client.ts';
import { booleanColumn, numberColumn, type QueryRow, singleRow, textColumn } from './parse.ts';
import { doctorSql } from './statements.ts';

/** Examines the server: its version, the permissions of our role, missing features, and free connection slots. */
export const diagnosePostgres = (client: PostgresClient, signal: AbortSignal): Promise<readonly Finding[]> =>
  runChecks(
    client,
    [
      {
        call: 'login',
        run: async () => {
          const { rows } = await client.ask(doctorSql, signal, { newConnection: true });
          return serverResults(singleRow(rows), client);
        },
      },
    ],
    signal,
  );

/** Above this share of used slots, the next burst of connections may be rejected. */
const slotWarningRatio = 0.9;

const serverResults = (row: QueryRow, client: PostgresClient): readonly CheckResult[] => {
  const user = textColumn(row, 'user');
  const isSuperuser = booleanColumn(row, 'superuser');
  const standby = booleanColumn(row, 'recovering') ? ', in recovery (standby, read-only)' : '';
  const hasRole = (column: string, role: string, what: string): CheckResult =>
    isSuperuser || booleanColumn(row, column)
      ? `${role}: ${what}`
      : lacking(`${user} does not have ${role}`, `GRANT ${role} TO ${user}`);
  return [
    `PostgreSQL ${textColumn(row, 'version')} at ${client.displayAddress} as ${user}${standby}`,
    hasRole('monitor', 'pg_monitor', 'sessions of other users are visible'),
    hasRole('signal_backend', 'pg_signal_backend', 'cancel and terminate are allowed'),
    ...(isSuperuser ? [superuserText(user)] : []),
    booleanColumn(row, 'statements')
      ? 'pg_stat_statements is installed'
      : lacking(
          'pg_stat_statements is not installed: slow statements are unavailable',
          "set shared_preload_libraries = 'pg_stat_statements', restart the server, then run CREATE EXTENSION pg_stat_statements in this database",
        ),
    slotResult(row),
    `statement_timeout: ${timeoutText(row, 'statement_timeout')}; idle_in_transaction_session_timeout: ${timeoutText(row, 'idle_timeout')}`,
  ];
};

/** The read-only transaction of a superuser does not stop functions that act outside of it. */
const superuserText = (user: string): string =>
  `${user} is a superuser: only opsdeck's function list prevents side effects of reads. Prefer a role with pg_monitor`;

const slotResult = (row: QueryRow): CheckResult => {
  const client = numberColumn(row, 'client') ?? 0;
  const usable = numberColumn(row, 'usable') ?? 0;
  const what = `${client} of ${usable} connections used (max_connections ${textColumn(row, 'max')})`;
  return client < slotWarningRatio * usable
    ? what
    : lacking(
        what,
        'terminate unused sessions or use a connection pool. Raising max_connections requires a restart',
      );
};

const timeoutText = (row: QueryRow, column: string): string => {
  const ms = numberColumn(row, column) ?? 0;
  return ms === 0 ? 'none' : `${ms} ms`;
};
