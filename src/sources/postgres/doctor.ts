import { type Finding, failedFinding } from '../kit/contract/source.ts';
import type { PostgresClient } from './client.ts';
import { booleanColumn, numberColumn, type QueryRow, singleRow, textColumn } from './parse.ts';
import { doctorSql } from './statements.ts';

/** Examines the server: its version, the permissions of our role, missing features, and free connection slots. */
export const diagnosePostgres = async (
  client: PostgresClient,
  signal: AbortSignal,
): Promise<readonly Finding[]> => {
  try {
    const row = singleRow((await client.ask(doctorSql, signal, { newConnection: true })).rows);
    return postgresFindings(row, client).map((finding) => ({ source: client.source, ...finding }));
  } catch (error) {
    return [failedFinding(client.fault('login', error))];
  }
};

type UnsourcedFinding = Omit<Finding, 'source'>;

/** Above this share of used slots, the next burst of connections may be rejected. */
const slotWarningRatio = 0.9;

const postgresFindings = (row: QueryRow, client: PostgresClient): readonly UnsourcedFinding[] => {
  const user = textColumn(row, 'user');
  const isSuperuser = booleanColumn(row, 'superuser');
  const standby = booleanColumn(row, 'recovering') ? ', in recovery (standby, read-only)' : '';
  return [
    {
      ok: true,
      what: `PostgreSQL ${textColumn(row, 'version')} at ${client.displayAddress} as ${user}${standby}`,
    },
    roleFinding(
      isSuperuser || booleanColumn(row, 'monitor'),
      'pg_monitor',
      user,
      'sessions of other users are visible',
    ),
    roleFinding(
      isSuperuser || booleanColumn(row, 'signal_backend'),
      'pg_signal_backend',
      user,
      'cancel and terminate are allowed',
    ),
    ...(isSuperuser ? [{ ok: true, what: superuserText(user) }] : []),
    booleanColumn(row, 'statements')
      ? { ok: true, what: 'pg_stat_statements is installed' }
      : {
          ok: false,
          what: 'pg_stat_statements is not installed: slow statements are unavailable',
          remedy:
            "set shared_preload_libraries = 'pg_stat_statements', restart the server, then run CREATE EXTENSION pg_stat_statements in this database",
        },
    slotFinding(row),
    {
      ok: true,
      what: `statement_timeout: ${timeoutText(row, 'statement_timeout')}; idle_in_transaction_session_timeout: ${timeoutText(row, 'idle_timeout')}`,
    },
  ];
};

/** The read-only transaction of a superuser does not stop functions that act outside of it. */
const superuserText = (user: string): string =>
  `${user} is a superuser: only opsdeck's function list prevents side effects of reads. Prefer a role with pg_monitor`;

const roleFinding = (has: boolean, role: string, user: string, what: string): UnsourcedFinding =>
  has
    ? { ok: true, what: `${role}: ${what}` }
    : { ok: false, what: `${user} does not have ${role}`, remedy: `GRANT ${role} TO ${user}` };

const slotFinding = (row: QueryRow): UnsourcedFinding => {
  const client = numberColumn(row, 'client') ?? 0;
  const usable = numberColumn(row, 'usable') ?? 0;
  const what = `${client} of ${usable} connections used (max_connections ${textColumn(row, 'max')})`;
  return client < slotWarningRatio * usable
    ? { ok: true, what }
    : {
        ok: false,
        what,
        remedy:
          'terminate unused sessions or use a connection pool. Raising max_connections requires a restart',
      };
};

const timeoutText = (row: QueryRow, column: string): string => {
  const ms = numberColumn(row, column) ?? 0;
  return ms === 0 ? 'none' : `${ms} ms`;
};
