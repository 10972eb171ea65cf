import { type PostgresAddress, resolvePostgresAddress } from '../../clients/postgres/address.ts';
import { postgresReads } from '../../clients/postgres/reading.ts';
import { SqlError, type SqlQuery, type SqlResult, type SqlTarget } from '../../clients/postgres/sql-types.ts';
import type { Fault, Millis } from '../../domain/fault.ts';
import { PlanError } from '../../domain/operation.ts';
import type { ReadIo } from '../../doors/io.ts';
import { secretMasker } from '../../platform/terminal/secrets.ts';
import { RemediedError, toFault } from '../../platform/to-fault.ts';
import type { PostgresConfig } from './config.ts';
import type { QueryRow } from './parse.ts';

/** The rows of a question that a plan needs. Throws PlanError: without them there is no plan. */
export const rowsForPlan = async (
  client: PostgresClient,
  text: string,
  signal: AbortSignal,
  values: NonNullable<SqlQuery['values']> = [],
): Promise<readonly QueryRow[]> =>
  queryForPlan(client, 'plan', async () => (await client.ask(text, signal, { values })).rows);

/** What reading gave, or a PlanError that says why there can be no plan. */
export const queryForPlan = async <T>(
  client: PostgresClient,
  what: string,
  read: () => Promise<T>,
): Promise<T> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof PlanError) throw error;
    throw new PlanError('failed', client.fault(what, error).message, { cause: error });
  }
};

export const notApplicablePlan = (why: string): PlanError => new PlanError('not-applicable', why);

/** A PostgreSQL database, as far as it is only read. */
export interface PostgresClient {
  readonly source: string;
  readonly env: string;
  readonly config: PostgresConfig;
  readonly target: SqlTarget;
  /** What an operator types: the database's name. */
  readonly database: string;
  /** 'postgres://host:5432/shop', without who logs in. */
  readonly displayAddress: string;
  /** Asks one question in a read-only transaction. Throws SqlError. */
  ask(text: string, signal: AbortSignal, how?: Omit<SqlQuery, 'text'>): Promise<SqlResult>;
  /** Leaves the database until what it gives back is called: questions wait meanwhile. */
  pause(): Promise<() => void>;
  /** The same server and login, another database of it. */
  forDatabase(database: string): PostgresClient;
  /** The same server and database, another login. */
  asUser(user: string, password: string): PostgresClient;
  now(): Millis;
  /** By the machine's wall clock, as names and records write it. */
  wallNow(): Millis;
  /** A moment by the machine's wall clock on our steady clock. */
  toClock(wallMs: number): Millis;
  /** A failure of what was asked ('sessions'), as the fault of this source. */
  fault(what: string, error: unknown): Fault;
}

/** What the operations of this source work with. */
export interface PostgresContext {
  readonly source: string;
  readonly client: PostgresClient;
  readonly files: ReadIo['files'];
  readonly disk: ReadIo['disk'];
  /** Where the profile is, for files that it names. */
  readonly dir: string;
}

/** A URL with more in its query, which goes before what it said. */
export const withUrlParams = (url: string, more: Readonly<Record<string, string>>): string => {
  const query = new URLSearchParams(more).toString().replaceAll('+', '%20');
  return query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;
};

const sqlTarget = ({ url = 'postgres://', database, password, tls }: PostgresConfig): SqlTarget => ({
  url: withUrlParams(url, database === undefined ? {} : { dbname: database }),
  ...(password === undefined ? {} : { password }),
  ...(tls === undefined ? {} : { tls }),
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
    database: address.database,
    displayAddress: where,
    ask: (text, signal, how = {}) => reader.ask({ timeoutMs: config.timeout, ...how, text }, signal),
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
    wallNow: () => io.clock.now() + io.clock.wallOffset(),
    toClock: (wallMs) => wallMs - io.clock.wallOffset(),
    fault: (what, error) => toFault(source, `${where} ${what}`, withRemedy(error), io.clock.now()),
  };
};

const withRemedy = (error: unknown): unknown =>
  error instanceof SqlError && error.remedy !== undefined
    ? new RemediedError(error.kind, error.message, error.remedy)
    : error;

/** The database that an operation means: the source's own unless it names another. */
export const clientForDatabase = (client: PostgresClient, database: string | undefined): PostgresClient =>
  database === undefined || database === client.database ? client : client.forDatabase(database);
