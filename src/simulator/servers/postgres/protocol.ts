/** A client message: its type byte ('' for startup messages) and body. */
export interface ClientMessage {
  readonly type: string;
  readonly body: Buffer;
}

/** Maximum message length, above that of any opsdeck statement. */
const longest = 1024 * 1024;

/** Splits input into messages; throws if it is invalid. Startup messages have no type byte. */
export class ClientMessageParser {
  #rest = Buffer.alloc(0);

  push(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
  }

  /** The next complete message; undefined until one is complete. */
  next(isLoggingIn: boolean): ClientMessage | undefined {
    const head = isLoggingIn ? 0 : 1;
    if (this.#rest.length < head + 4) return undefined;
    const length = this.#rest.readInt32BE(head);
    if (length < 4 || length > longest) throw new Error('no message of a PostgreSQL client');
    if (this.#rest.length < head + length) return undefined;
    const type = this.#rest.toString('latin1', 0, head);
    const body = this.#rest.subarray(head + 4, head + length);
    this.#rest = this.#rest.subarray(head + length);
    return { type, body };
  }
}

/** Reads a body sequentially. */
export class MessageReader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get isDone(): boolean {
    return this.#at >= this.#body.length;
  }

  text(): string {
    const end = this.#body.indexOf(0, this.#at);
    const text = this.#body.toString('utf8', this.#at, end < 0 ? this.#body.length : end);
    this.#at = end < 0 ? this.#body.length : end + 1;
    return text;
  }

  int16(): number {
    this.#at += 2;
    return this.#body.readInt16BE(this.#at - 2);
  }

  int32(): number {
    this.#at += 4;
    return this.#body.readInt32BE(this.#at - 4);
  }

  /** A length-prefixed value; null for NULL. */
  value(): string | null {
    const length = this.int32();
    if (length < 0) return null;
    this.#at += length;
    return this.#body.toString('utf8', this.#at - length, this.#at);
  }
}

/** Type OID and size in bytes; -1: variable length. Source: PostgreSQL, pg_type. */
const types = {
  bool: { oid: 16, bytes: 1 },
  name: { oid: 19, bytes: 64 },
  int8: { oid: 20, bytes: 8 },
  int4: { oid: 23, bytes: 4 },
  text: { oid: 25, bytes: -1 },
  float8: { oid: 701, bytes: 8 },
  numeric: { oid: 1700, bytes: -1 },
} as const;

type TypeName = keyof typeof types;
type ColumnType = (typeof types)[TypeName];
const { text } = types;

/** Columns of types other than text, by statement tag. */
const columns: Readonly<Record<string, Readonly<Record<string, TypeName>>>> = {
  activity: {
    max: 'int4',
    usable: 'int4',
    client: 'int8',
    others: 'int8',
    idle: 'int8',
    active: 'int8',
    hidden: 'int8',
    blocked: 'int8',
    query: 'numeric',
    transaction: 'numeric',
    idle_in_transaction: 'numeric',
  },
  doctor: {
    user: 'name',
    recovering: 'bool',
    superuser: 'bool',
    monitor: 'bool',
    signal_backend: 'bool',
    statements: 'bool',
    max: 'int4',
    usable: 'int4',
    client: 'int8',
  },
  health: { recovering: 'bool' },
  server: {
    age_ms: 'int8',
    recovering: 'bool',
    reads_all: 'bool',
    reads_rows: 'bool',
    statistics_reset: 'int8',
  },
  cluster: {
    system_identifier: 'int8',
    timeline: 'int4',
    checkpoint: 'int8',
    recovering: 'bool',
    reads_all: 'bool',
    reads_rows: 'bool',
    statistics_reset: 'int8',
  },
  identity: { database: 'name', system_identifier: 'int8' },
  locks: { pid: 'int4', user: 'name', duration_ms: 'int8' },
  replication: {
    recovering: 'bool',
    replayed_seconds: 'numeric',
    unreplayed: 'numeric',
    lag_seconds: 'numeric',
    lag_bytes: 'numeric',
  },
  sessions: { pid: 'int4', database: 'name', user: 'name', duration_ms: 'int8', transaction_ms: 'int8' },
  settings: { pending_restart: 'bool' },
  sizes: { name: 'name', bytes: 'int8', index_bytes: 'int8' },
  statements: { calls: 'int8', mean_ms: 'float8', total_ms: 'float8', rows: 'int8' },
  tuples: {
    live: 'int8',
    dead: 'int8',
    seq_scan: 'int8',
    idx_scan: 'int8',
    vacuumed_ms: 'int8',
    analyzed_ms: 'int8',
  },
  version: { number: 'int4' },
};

/** Column types of a response, in order. */
export const columnTypesOf = (tag: string, names: readonly string[]): readonly ColumnType[] =>
  names.map((name) => types[columns[tag]?.[name] ?? 'text']);

/** A result with values in PostgreSQL's text format. */
export interface ResultRows {
  readonly columns: readonly string[];
  /** Column types; absent: all text. */
  readonly types?: readonly ColumnType[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Command tag: 'SELECT 3', 'VACUUM'. */
  readonly tag: string;
}

/** An error with its SQLSTATE. */
export class PostgresError extends Error {
  readonly code: string;
  readonly severity: 'ERROR' | 'FATAL';
  constructor(code: string, message: string, severity: 'ERROR' | 'FATAL' = 'ERROR') {
    super(message);
    this.code = code;
    this.severity = severity;
  }
}

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};
const cString = (text: string): Buffer => Buffer.from(`${text.replaceAll('\0', '')}\0`, 'utf8');

/** Source of every shape here: PostgreSQL docs, Frontend/Backend Protocol, Message Formats. */
const message = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body]);
};

export const authenticationOk = message('R', int32(0));
export const authenticationMd5 = (salt: Buffer): Buffer => message('R', int32(5), salt);
/** SASL authentication: 10 mechanisms, 11 continue, 12 final. */
export const authenticationSasl = (step: 10 | 11 | 12, data: string): Buffer =>
  message(
    'R',
    int32(step),
    step === 10 ? Buffer.concat([cString(data), Buffer.alloc(1)]) : Buffer.from(data),
  );
export const parameterStatus = (name: string, value: string): Buffer =>
  message('S', cString(name), cString(value));
export const backendKey = (pid: number, secret: number): Buffer => message('K', int32(pid), int32(secret));
/** 'I' idle, 'T' in a transaction, 'E' in a failed transaction. */
export const readyForQuery = (status: 'I' | 'T' | 'E'): Buffer => message('Z', Buffer.from(status));
export const parseComplete = message('1');
export const bindComplete = message('2');
export const closeComplete = message('3');
export const noData = message('n');
export const commandComplete = (tag: string): Buffer => message('C', cString(tag));

/** Values are sent in text format (0), regardless of their type. */
export const rowDescription = (columns: readonly string[], types: readonly ColumnType[]): Buffer =>
  message(
    'T',
    int16(columns.length),
    ...columns.map((name, index) => {
      const { oid, bytes } = types[index] ?? text;
      return Buffer.concat([
        cString(name),
        int32(0),
        int16(0),
        int32(oid),
        int16(bytes),
        int32(-1),
        int16(0),
      ]);
    }),
  );

export const dataRow = (row: readonly (string | null)[]): Buffer =>
  message(
    'D',
    int16(row.length),
    ...row.map((value) => {
      if (value === null) return int32(-1);
      const bytes = Buffer.from(value, 'utf8');
      return Buffer.concat([int32(bytes.length), bytes]);
    }),
  );

export const errorResponse = ({ severity, code, message: text }: PostgresError): Buffer =>
  message('E', ...[`S${severity}`, `V${severity}`, `C${code}`, `M${text}`].map(cString), Buffer.from([0]));
