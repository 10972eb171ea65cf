import type { FaultKind } from '../../domain/fault.ts';
import type { TlsOptions } from '../../platform/network/http-messages.ts';
import { WireError } from '../../platform/wire-error.ts';

/** A PostgreSQL server and database. What the address lacks comes from PG* and ~/.pgpass, as libpq does it. */
export interface SqlTarget {
  /** postgres://user@host:port/database */
  readonly url: string;
  readonly password?: string;
  readonly tls?: TlsOptions;
}

/** A statement that reads. It runs in a read-only transaction of a session called opsdeck. */
export interface SqlQuery {
  /** Led by a tag that names who asks: `/* opsdeck:sessions *\/`. */
  readonly text: string;
  readonly values?: readonly (string | number | boolean | null | readonly string[])[];
  /** The server's own limit on the statement. Default 5 s. */
  readonly timeoutMs?: number;
  /** What is kept of the answer. Default 10,000. */
  readonly maxRows?: number;
  /** True: logs in anew for it and out again, as an application would, so that it finds out whether that can be done. */
  readonly newConnection?: boolean;
}

/** A statement that changes, alone and outside a transaction unless it says otherwise; `timeoutMs: 0` is no limit. */
export interface SqlChange extends Omit<SqlQuery, 'fresh'> {
  /** True: between BEGIN and COMMIT, so that a failure leaves nothing behind. */
  readonly transaction?: boolean;
}

/** Values as PostgreSQL writes them in text, without control sequences; null is SQL's NULL. */
export interface SqlResult {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  /** Rows that the statement touched or gave, also those beyond `maxRows`. */
  readonly rowCount: number;
  readonly notices: readonly string[];
  readonly latencyMs: number;
}

/** What PostgreSQL refused, with its code (docs: Appendix A, PostgreSQL Error Codes). */
export class SqlError extends WireError {
  /** '57014', '' when the server had no say. */
  readonly sqlState: string;
  /** What the reader can do about it, in words. */
  readonly remedy: string | undefined;
  constructor(kind: FaultKind, message: string, sqlState = '', remedy?: string) {
    super(kind, message);
    this.name = 'SqlError';
    this.sqlState = sqlState;
    this.remedy = remedy;
  }
}
