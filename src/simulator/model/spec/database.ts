import type { Millis } from '../../../domain/base/fault.ts';

interface IndexSpec {
  readonly name: string;
  readonly columns: readonly string[];
  readonly bytes: number;
  readonly unique?: boolean;
}

export interface TableSpec {
  readonly name: string;
  readonly rows: number;
  readonly dead: number;
  /** Includes indexes. */
  readonly bytes: number;
  readonly indexes: readonly IndexSpec[];
}

/** A frequent statement of the applications. */
interface StatementSpec {
  /** Text as in pg_stat_statements, with $1 for constants. */
  readonly query: string;
  readonly calls: number;
  readonly meanMs: number;
}

/** Sessions outside the pools: an exporter, a scheduler. */
interface BackgroundSpec {
  readonly application: string;
  /** Absent: the application database. */
  readonly database?: string;
  /** Time to reconnect after termination; absent: immediately. */
  readonly backMs?: Millis;
  readonly user: string;
  readonly query: string;
}

/** A PostgreSQL server in a system's data: one database with the sessions of the instances' pools. */
export interface DatabaseSpec {
  /** Its dependency name, and the `poolOn` of the services. */
  readonly name: string;
  readonly database: string;
  /** Login role of the applications. */
  readonly user: string;
  /** Password of every role. */
  readonly password: string;
  readonly maxConnections: number;
  /** Result of pg_control_system(); derived from the name by default. */
  readonly systemIdentifier?: string;
  readonly tables: readonly TableSpec[];
  readonly statements: readonly StatementSpec[];
  readonly background: readonly BackgroundSpec[];
  /** True: Prometheus scrapes a postgres_exporter of the server. */
  readonly isExported?: true;
}

interface SessionOwner {
  readonly application: string;
  readonly user: string;
  readonly query: string;
}

/** Sessions that a program opens and does not close. They use slots, and their queries slow down everything. */
export interface SessionLeakSpec extends SessionOwner {
  readonly sessions: number;
  /** Age of the youngest one at the start of the incident. */
  readonly youngestMs: Millis;
  /** Extra time of every service request while all of them exist. */
  readonly waitMs: Millis;
}

/** An open transaction that holds locks and blocks others. */
export interface BlockingTransactionSpec extends SessionOwner {
  readonly ageMs: Millis;
  /** Sessions blocked by it. */
  readonly waiting: string;
  /** Time until a request fails, and its exception. */
  readonly patienceMs: Millis;
  readonly error: string;
  /** Time after which the client opens it again once it was ended; absent: never. */
  readonly againMs?: Millis;
}

/**
 * Statements of a service that do not end. In every instance they hold connections of the pool and slow down all others. They end
 * with their session, or with the process that sent them.
 */
export interface LongStatementSpec {
  readonly service: string;
  readonly query: string;
  /** Number per instance. */
  readonly sessions: number;
  /** Age of the youngest one at the start of the incident. */
  readonly youngestMs: Millis;
  /** Extra time of every service request while all of them exist. */
  readonly waitMs: Millis;
  /** Exception of a request without a connection. */
  readonly error: string;
  /** Time after which the service sends a statement again once it was ended; absent: never. */
  readonly againMs?: Millis;
}

/** A dropped index. Queries on its columns scan the whole table until such an index exists again. */
export interface MissingIndexSpec {
  readonly index: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** The query, as in pg_stat_statements, and the extra time of each request. */
  readonly query: string;
  readonly waitMs: Millis;
  /** The wait rises to `waitMs` over this time, as the cache fills with scanned pages; absent: at once. */
  readonly rampMs?: Millis;
  /** Pooled connections up to which the wait is `waitMs`; more of them scan at the same time. Absent: any number. */
  readonly connections?: number;
}

/** Effects of an incident on the database. */
export interface DatabaseIncidentSpec {
  readonly longStatement?: LongStatementSpec;
  readonly missingIndex?: MissingIndexSpec;
  /** Extensions that a new server does not have until they are created. */
  readonly missingExtensions?: readonly string[];
  readonly sessionLeak?: SessionLeakSpec;
  readonly blockingTransaction?: BlockingTransactionSpec;
}
