import type { Millis } from '../../../domain/fault.ts';

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
  /** With its indexes. */
  readonly bytes: number;
  readonly indexes: readonly IndexSpec[];
}

/** A statement that the applications send again and again. */
interface StatementSpec {
  /** As pg_stat_statements writes it, with $1 for its constants. */
  readonly query: string;
  readonly calls: number;
  readonly meanMs: number;
}

/** Sessions that belong to nobody's pool: an exporter, a scheduler. */
interface BackgroundSpec {
  readonly application: string;
  /** Absent: that of the applications. */
  readonly database?: string;
  /** How long it takes to come back when it was ended; absent: no time. */
  readonly backMs?: Millis;
  readonly user: string;
  readonly query: string;
}

/** A PostgreSQL server as a system's data says it: one database, its sessions those of the instances' pools. */
export interface DatabaseSpec {
  /** The dependency that it is, and the `poolOn` of the services. */
  readonly name: string;
  readonly database: string;
  /** Whom the applications log in as. */
  readonly user: string;
  /** Of every role. */
  readonly password: string;
  readonly maxConnections: number;
  /** What pg_control_system() says; default: of its name. */
  readonly systemIdentifier?: string;
  readonly tables: readonly TableSpec[];
  readonly statements: readonly StatementSpec[];
  readonly background: readonly BackgroundSpec[];
}

interface SessionOwner {
  readonly application: string;
  readonly user: string;
  readonly query: string;
}

/** Sessions that a program opens and does not close: they hold slots, and what they run makes everything slow. */
export interface SessionLeakSpec extends SessionOwner {
  readonly sessions: number;
  /** How long the youngest of them has run when the incident strikes. */
  readonly youngestMs: Millis;
  /** What every request of the services waits while all of them are there. */
  readonly waitMs: Millis;
}

/** A transaction that somebody left open: it holds locks, and whatever wants them waits. */
export interface BlockingTransactionSpec extends SessionOwner {
  readonly ageMs: Millis;
  /** What waits behind it. */
  readonly waiting: string;
  /** After how long a request gives up, and what its exception says then. */
  readonly patienceMs: Millis;
  readonly error: string;
  /** Whoever left it open does so again that long after it was ended; absent: never. */
  readonly againMs?: Millis;
}

/**
 * Statements of a service that do not end: in every instance they hold connections of its pool, and what they read makes
 * all others slow. They end with their session, or with the process that sent them.
 */
export interface LongStatementSpec {
  readonly service: string;
  readonly query: string;
  /** In each instance. */
  readonly sessions: number;
  /** How long the youngest of them has run when the incident strikes. */
  readonly youngestMs: Millis;
  /** What every request of the service waits while all of them are there. */
  readonly waitMs: Millis;
  /** What the exception of a request says that gets no connection. */
  readonly error: string;
  /** The service sends it again that long after one has ended; absent: never. */
  readonly againMs?: Millis;
}

/** An index that somebody dropped: what is asked by its columns reads the whole table, until there is one again. */
export interface MissingIndexSpec {
  readonly index: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** What is asked, as pg_stat_statements writes it, and what each request waits for it. */
  readonly query: string;
  readonly waitMs: Millis;
}

/** What an incident does to it. */
export interface DatabaseIncidentSpec {
  readonly longStatement?: LongStatementSpec;
  readonly missingIndex?: MissingIndexSpec;
  readonly sessionLeak?: SessionLeakSpec;
  readonly blockingTransaction?: BlockingTransactionSpec;
}
