import type { FaultKind } from '../../domain/base/fault.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { toWireError, WireError } from '../../platform/runtime/wire-error.ts';
import { SqlError } from './sql-types.ts';

interface Meaning {
  readonly kind: FaultKind;
  /** Precedes the server's own message. */
  readonly words?: string;
  readonly remedy?: string;
}

const statements =
  "pg_stat_statements: shared_preload_libraries = 'pg_stat_statements' (needs a restart), then CREATE EXTENSION pg_stat_statements";

/** Meanings of error codes. Source: PostgreSQL docs, Appendix A, PostgreSQL Error Codes. */
const meanings: Readonly<Record<string, Meaning>> = {
  '28P01': {
    kind: 'denied',
    words: 'authentication failed',
    remedy: 'check user and password in url, password:, PGPASSWORD or ~/.pgpass',
  },
  '28000': {
    kind: 'denied',
    words: 'authentication failed',
    remedy:
      'allow this user and address in pg_hba.conf. If the message says "no encryption", set tls: {} or sslmode=require',
  },
  '53300': {
    kind: 'unreachable',
    words: 'max_connections reached: the server has no free connection slot',
    remedy:
      'terminate unused sessions. Superusers can still connect (superuser_reserved_connections), and from PostgreSQL 16 also roles with pg_use_reserved_connections',
  },
  '57P03': {
    kind: 'unreachable',
    words: 'the server does not accept connections yet',
    remedy: 'wait: the server is starting up, shutting down or recovering. See the server log',
  },
  '57P01': {
    kind: 'unreachable',
    words: 'an administrator terminated the session: the next reading connects again',
  },
  '57P02': { kind: 'unreachable', words: 'the server crashed and is restarting: see the server log' },
  '57P05': {
    kind: 'unreachable',
    words: 'the session was idle for longer than idle_session_timeout: the next reading connects again',
  },
  '25P03': {
    kind: 'unreachable',
    words:
      'the server ended the session, because the session was idle in a transaction for longer than idle_in_transaction_session_timeout',
  },
  '25006': {
    kind: 'denied',
    words: 'read-only transaction',
    remedy: 'use the operation execute for changes, or connect to the primary server',
  },
  '42501': {
    kind: 'denied',
    words: 'not permitted',
    remedy:
      'GRANT this user pg_monitor (to see sessions) and pg_signal_backend (to cancel and terminate), or the rights on this object',
  },
  '3D000': { kind: 'missing', remedy: 'set url or database: of the source to an existing database' },
  '55P03': {
    kind: 'timeout',
    words: 'the statement waited too long for a lock: see who holds the lock in Database sessions',
  },
  '0A000': {
    kind: 'missing',
    words: 'the server does not know this command: check the version of the server',
  },
};

/** Kinds by code prefix: a class, or longer. */
const classes: readonly (readonly [string, FaultKind])[] = [
  ['42P01', 'missing'],
  ['42P02', 'malformed'],
  ['42883', 'missing'],
  ['42703', 'missing'],
  ['42704', 'missing'],
  ['3F', 'missing'],
  ['42', 'malformed'],
  ['22', 'malformed'],
  ['08', 'unreachable'],
  ['53', 'unreachable'],
  ['57', 'unreachable'],
  ['58', 'unreachable'],
  ['XX', 'unreachable'],
  ['40', 'unreachable'],
];

/** The server refuses TLS although it is required. */
export const tlsRefusedError = new SqlError(
  'unreachable',
  'the server does not speak TLS at this port',
  '',
  'the server has ssl = off, or is not PostgreSQL. Correct the port, or remove tls: and sslmode',
);

export const passwordMissingError = new SqlError(
  'denied',
  'the server requires a password, and none is set',
  '28P01',
  'set the password in password:, the url, PGPASSWORD or ~/.pgpass (mode 0600)',
);

/** The server asks for the password itself on a connection that others can read. */
export const cleartextRefusedError = new SqlError(
  'denied',
  'the server asks for the password in clear text, and the connection has no TLS',
  '',
  'set tls: {} or sslmode=verify-full, or let the server use scram-sha-256 in pg_hba.conf',
);

export const notPostgresError = (): SqlError =>
  new SqlError('malformed', 'the response is not from a PostgreSQL server: check host and port in url');

const textIn = (error: object, key: string): string => {
  const value: unknown = Object.entries(error).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? value : '';
};

/** 57014 is a canceled statement: by its time limit, or on request. */
const endedStatement = (message: string, timeoutMs: number | undefined): SqlError =>
  /statement timeout/.test(message)
    ? new SqlError(
        'timeout',
        `no answer in ${timeoutMs === undefined ? 'time' : `${timeoutMs} ms`}: the server ended the statement (statement_timeout)`,
        '57014',
      )
    : new SqlError('cancelled', `the server canceled the statement: ${message}`, '57014');

const meaningOf = (code: string, message: string): Meaning => {
  const known = meanings[code];
  if (known !== undefined) return known;
  if (/pg_stat_statements/.test(message)) return { kind: 'missing', remedy: statements };
  return { kind: classes.find(([start]) => code.startsWith(start))?.[1] ?? 'malformed' };
};

/**
 * Converts any failure of a statement or a login to an SqlError with the server's message; WireErrors stay unchanged.
 * Undefined for internal errors.
 */
export const toSqlError = (error: unknown, timeoutMs?: number): WireError | undefined => {
  if (error instanceof WireError) return error;
  if (!(error instanceof Error)) return undefined;
  const message = oneLine(error.message, 240);
  const code = textIn(error, 'code');
  if (/^[0-9A-Z]{5}$/.test(code) && 'severity' in error) {
    if (code === '57014') return endedStatement(message, timeoutMs);
    const { kind, words, remedy } = meaningOf(code, message);
    const hint = oneLine(textIn(error, 'hint'), 120);
    const fullText = words === undefined ? message : `${words} (${message})`;
    return new SqlError(kind, hint === '' ? fullText : `${fullText}. Hint: ${hint}`, code, remedy);
  }
  if (/^(?:Connection terminated|Client has encountered a connection error)/.test(message))
    return new SqlError('unreachable', 'connection closed');
  if (
    /^received invalid response|^received unexpected \w+ message|^SASL: (?!SCRAM-SERVER-FIRST-MESSAGE: client password)|^Unknown authenticationOk/i.test(
      message,
    )
  )
    return new SqlError('malformed', `the PostgreSQL response is not supported: ${message}`);
  if (/client password must be a/.test(message)) return passwordMissingError;
  return toWireError(error);
};
