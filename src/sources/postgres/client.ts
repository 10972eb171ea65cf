import { type PostgresAddress, resolvePostgresAddress } from '../../clients/postgres/address.ts';
import { postgresReads } from '../../clients/postgres/reading.ts';
import type { SqlQuery, SqlResult, SqlTarget } from '../../clients/postgres/sql-types.ts';
import { defined } from '../../domain/base/defined.ts';
import type { Fault, Millis } from '../../domain/base/fault.ts';
import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import type { ReadIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/masking/secrets.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import { readForPlan } from '../kit/operations/define-operation.ts';
import type { PostgresConfig } from './config.ts';
import type { QueryRow } from './parse.ts';
import { isConstantSql } from './statements.ts';

/** Returns the rows of a query that a plan requires. Throws PlanError when it fails. */
export const rowsForPlan = async (
  client: PostgresClient,
  text: string,
  signal: AbortSignal,
  values: NonNullable<SqlQuery['values']> = [],
): Promise<readonly QueryRow[]> =>
  readForPlan(client, 'plan', async () => (await client.ask(text, signal, { values })).rows);

/** Read-only client for a PostgreSQL database. */
export interface PostgresClient {
  readonly source: string;
  readonly env: string;
  readonly config: PostgresConfig;
  readonly target: SqlTarget;
  /** The name of its rows. */
  readonly service: string;
  /** Database name, which an operator types to confirm. */
  readonly database: string;
  /** 'postgres://host:5432/shop', without the user. */
  readonly displayAddress: string;
  /** Runs one query in a read-only transaction. Throws SqlError. */
  ask(text: string, signal: AbortSignal, how?: Omit<SqlQuery, 'text'>): Promise<SqlResult>;
  /**
   * Returns the server that answers now, and those that have answered over other connections since a time.
   * Throws what `identify` throws.
   */
  serversSince(
    began: Millis,
    identify: (ask: (text: string) => Promise<SqlResult>) => Promise<SystemFingerprint>,
    signal: AbortSignal,
  ): Promise<SystemFingerprint>;
  /** Disconnects from the database until the returned function is called: queries wait meanwhile. */
  pause(): Promise<() => void>;
  /** A client for another database on the same server, with the same login. */
  forDatabase(database: string): PostgresClient;
  /** A client for the same database with another login. */
  asUser(user: string, password: string): PostgresClient;
  now(): Millis;
  /** The machine's wall clock, for names and records. */
  wallNow(): Millis;
  /** Converts the machine's wall clock to our monotonic clock. */
  toClock(wallMs: number): Millis;
  /** Converts a failed read of `what` ('sessions') to a fault of this source. */
  fault(what: string, error: unknown): Fault;
}

/** The shared parts of this source's operations. */
export interface PostgresContext {
  readonly source: string;
  readonly client: PostgresClient;
  readonly files: ReadIo['files'];
  readonly disk: ReadIo['disk'];
  readonly findProgram: ReadIo['findProgram'];
  /** Directory of the profile, for files that it names. */
  readonly dir: string;
}

/** Adds query parameters to a URL; they take precedence over existing ones. */
export const withUrlParams = (url: string, more: Readonly<Record<string, string>>): string => {
  const query = new URLSearchParams(more).toString().replaceAll('+', '%20');
  return query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;
};

const sqlTarget = ({ url = 'postgres://', database, password, tls }: PostgresConfig): SqlTarget => ({
  url: withUrlParams(url, database === undefined ? {} : { dbname: database }),
  ...defined({ password, tls }),
});

const displayUrl = ({ host, port, database }: PostgresAddress): string =>
  `postgres://${host.includes(':') ? `[${host}]` : host.replaceAll('/', '%2F')}:${port}/${database}`;

export const openPostgresClient = (
  { id: source, env, config }: { readonly id: string; readonly env: string; readonly config: PostgresConfig },
  io: ReadIo,
): PostgresClient => {
  const target = sqlTarget(config);
  const reader = io.open(postgresReads, target);
  const address = resolvePostgresAddress(target);
  const where = secretMasker.mask(displayUrl(address));
  return {
    source,
    env,
    config,
    target,
    service: config.service ?? source,
    database: address.database,
    displayAddress: where,
    ask: (text, signal, how = {}) =>
      reader.ask({ timeoutMs: config.timeout, ...how, text, isConstant: isConstantSql(text) }, signal),
    serversSince: (began, identify, signal) =>
      reader.serversSince(
        began,
        (ask) =>
          identify((text) => ask({ timeoutMs: config.timeout, text, isConstant: isConstantSql(text) })),
        signal,
      ),
    pause: reader.pause,
    asUser: (user, password) =>
      openPostgresClient(
        {
          id: source,
          env,
          config: { ...config, url: withUrlParams(config.url ?? 'postgres://', { user }), password },
        },
        io,
      ),
    forDatabase: (database) => openPostgresClient({ id: source, env, config: { ...config, database } }, io),
    now: () => io.clock.now(),
    wallNow: io.clock.wallNow,
    toClock: (wallMs) => wallMs - io.clock.wallOffset(),
    fault: (what, error) => toFault(source, `${where} ${what}`, error, io.clock.now()),
  };
};

/** Database of an operation: the source's own unless it names another. */
export const clientForDatabase = (client: PostgresClient, database: string | undefined): PostgresClient =>
  database === undefined || database === client.database ? client : client.forDatabase(database);
