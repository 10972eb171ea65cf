import type { Finding } from '../source.ts';
import type { PostgresClient } from './client.ts';
import { numberOf, onlyRow, type Row, textOf, truthOf } from './parse.ts';
import { examination } from './statements.ts';

/** Reaches the server: its version, what our role may do, what is missing, and how many slots are left. */
export const examine = async (client: PostgresClient, signal: AbortSignal): Promise<readonly Finding[]> => {
  try {
    const row = onlyRow((await client.ask(examination, signal, { fresh: true })).rows);
    return findings(row, client).map((found) => ({ source: client.source, ...found }));
  } catch (error) {
    const { source, message, remedy } = client.fault('doctor', error);
    return [{ source, ok: false, what: message, ...(remedy === undefined ? {} : { remedy }) }];
  }
};

type Found = Omit<Finding, 'source'>;

/** From this part of the slots on, the next burst of connections may be refused. */
const nearlyFull = 0.9;

const findings = (row: Row, client: PostgresClient): readonly Found[] => {
  const user = textOf(row, 'user');
  const isSuperuser = truthOf(row, 'superuser');
  const standby = truthOf(row, 'recovering') ? ', in recovery: a standby, nothing can be changed on it' : '';
  return [
    { ok: true, what: `PostgreSQL ${textOf(row, 'version')} at ${client.where} as ${user}${standby}` },
    right(
      isSuperuser || truthOf(row, 'monitor'),
      'pg_monitor',
      user,
      'what sessions of others do can be seen',
    ),
    right(
      isSuperuser || truthOf(row, 'signal_backend'),
      'pg_signal_backend',
      user,
      'cancel and terminate are allowed',
    ),
    ...(isSuperuser ? [{ ok: true, what: superuserWords(user) }] : []),
    truthOf(row, 'statements')
      ? { ok: true, what: 'pg_stat_statements is there' }
      : {
          ok: false,
          what: 'pg_stat_statements is not there: no slow statements',
          remedy:
            "shared_preload_libraries = 'pg_stat_statements', a restart, then CREATE EXTENSION pg_stat_statements in this database",
        },
    slots(row),
    {
      ok: true,
      what: `statement_timeout: ${limitWords(row, 'statement_timeout')}; idle_in_transaction_session_timeout: ${limitWords(row, 'idle_timeout')}`,
    },
  ];
};

/** A superuser's read-only transaction stops no function that acts outside of it. */
const superuserWords = (user: string): string =>
  `${user} is a superuser: only opsdeck's list of functions keeps a read from acting; a role with pg_monitor can do less`;

const right = (has: boolean, role: string, user: string, what: string): Found =>
  has
    ? { ok: true, what: `${role}: ${what}` }
    : { ok: false, what: `${user} has not ${role}`, remedy: `GRANT ${role} TO ${user}` };

const slots = (row: Row): Found => {
  const [client = 0, usable = 0] = [numberOf(row, 'client'), numberOf(row, 'usable')];
  const what = `${client} of ${usable} slots are taken (max_connections ${textOf(row, 'max')})`;
  return client < nearlyFull * usable
    ? { ok: true, what }
    : {
        ok: false,
        what,
        remedy:
          'end sessions that nobody needs, or pool connections; a higher max_connections needs a restart',
      };
};

const limitWords = (row: Row, column: string): string => {
  const ms = numberOf(row, column) ?? 0;
  return ms === 0 ? 'none' : `${ms} ms`;
};
