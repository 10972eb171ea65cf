import type { FaultKind } from '../../domain/base/fault.ts';
import type { TlsOptions } from '../../platform/network/http-messages.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';

/** A PostgreSQL server and database. Missing parts of the address come from PG* and ~/.pgpass, as in libpq. */
export interface SqlTarget {
  /** postgres://user@host:port/database */
  readonly url: string;
  readonly password?: string;
  readonly tls?: TlsOptions;
}

/** A read statement. It runs in a read-only transaction of a session with application_name opsdeck. */
export interface SqlQuery {
  /** Begins with a tag that names the reader: `/* opsdeck:sessions *\/`. */
  readonly text: string;
  readonly values?: readonly (string | number | boolean | null | readonly string[])[];
  /** Statement timeout on the server, in ms. Default 5 s. */
  readonly timeoutMs?: number;
  /** The most rows to keep. Default 10,000. */
  readonly maxRows?: number;
  /** True: uses a new login, as an application would, to check that logins work. */
  readonly newConnection?: boolean;
  /**
   * True: the text is a constant of opsdeck. Any other is compared with the catalog of the server before it is sent,
   * because its operators, casts and attributes may call functions.
   */
  readonly isConstant?: boolean;
}

/** A statement that changes, alone and outside a transaction by default; `timeoutMs: 0` is no limit. */
export interface SqlChange extends Omit<SqlQuery, 'fresh'> {
  /** True: runs between BEGIN and COMMIT, so that a failure has no effect. */
  readonly transaction?: boolean;
}

/** Values in PostgreSQL's text format, without control sequences; null is SQL NULL. */
export interface SqlResult {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  /** Rows affected or returned, including those beyond `maxRows`. */
  readonly rowCount: number;
  readonly notices: readonly string[];
  readonly latencyMs: number;
}

/** An error of PostgreSQL with its code (docs: Appendix A, PostgreSQL Error Codes). */
export class SqlError extends RemediedError {
  /** SQLSTATE, such as '57014'; '' if the error is not from the server. */
  readonly sqlState: string;
  constructor(kind: FaultKind, message: string, sqlState = '', remedy?: string) {
    super(kind, message, remedy);
    this.name = 'SqlError';
    this.sqlState = sqlState;
  }
}
