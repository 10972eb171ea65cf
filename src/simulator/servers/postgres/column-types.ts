/** Object id and length in bytes of a type; -1: a length of its own for each value. Source: PostgreSQL, pg_type. */
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
export type ColumnType = (typeof types)[TypeName];
export const { text } = types;

/** Columns that are no text, by the tag of their statement. */
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

/** The types of the columns of an answer, in their order. */
export const typesOf = (tag: string, names: readonly string[]): readonly ColumnType[] =>
  names.map((name) => types[columns[tag]?.[name] ?? 'text']);
