import { type MongoDocument, mongoAppName } from '../../clients/mongodb/mongo-types.ts';
import type { DbSession } from '../../kinds/sessions/fact.ts';
import { oneLine } from '../../platform/masking/sanitize.ts';
import { field, list, number, text } from '../kit/values/wire-value.ts';
import type { MongoClient } from './client.ts';
import { documentsIn, mongoCommandText, numberIn, textIn } from './parse.ts';

/** A connection of a client, with its current operation or open transaction. */
export interface OperationRow {
  readonly connection: number;
  /** The ID of its operation: a number, or 'SHARD:NUMBER' on a mongos; undefined for an idle connection. */
  readonly opid: number | string | undefined;
  readonly state: 'active' | 'waiting' | 'idle' | 'idle in transaction' | 'replication';
  readonly namespace: string;
  /** 'query', 'update', 'command' … */
  readonly op: string;
  readonly user: string;
  readonly application: string;
  readonly client: string;
  readonly runningMs: number | undefined;
  readonly transactionMs: number | undefined;
  readonly waiting: string;
  readonly query: string;
  /** 'Index Build: scanning collection', with its progress. */
  readonly progress: string;
}

const microsIn = (value: unknown, name: string): number | undefined => {
  const micros = numberIn(value, name);
  return micros === undefined ? undefined : micros / 1000;
};

/** The progress of an operation: 'Index Build: scanning collection 34 % (170 of 500)'. */
export const progressOf = (row: unknown): string => {
  const done = numberIn(field(row, 'progress'), 'done');
  const total = numberIn(field(row, 'progress'), 'total');
  const message = textIn(row, 'msg');
  if (done === undefined || total === undefined || total <= 0) return message;
  // The server appends the same figures to the message.
  const head = message.replace(/:?\s*\d+\/\d+.*$/, '');
  return `${head} ${Math.min(100, Math.floor((100 * done) / total))} % (${done} of ${total})`.trim();
};

const opidIn = (row: unknown): number | string | undefined => {
  const opid = field(row, 'opid');
  return number(opid) ?? text(opid);
};

/** Operations of other members and of the server itself must not be killed. */
const isReplication = (row: unknown): boolean =>
  textIn(row, 'ns') === 'local.oplog.rs' ||
  list(field(row, 'effectiveUsers')).some((user) => textIn(user, 'user') === '__system');

const stateIn = (row: unknown): OperationRow['state'] => {
  if (isReplication(row)) return 'replication';
  if (field(row, 'type') === 'idleSession') return 'idle in transaction';
  if (field(row, 'active') !== true) return 'idle';
  return field(row, 'waitingForLock') === true ? 'waiting' : 'active';
};

const lockText = (row: unknown): string => {
  const locks = field(row, 'locks');
  const names = typeof locks === 'object' && locks !== null ? Object.entries(locks) : [];
  return names.length === 0
    ? 'lock'
    : oneLine(`lock: ${names.map(([name, mode]) => `${name} ${String(mode)}`).join(', ')}`, 80);
};

const parseRow = (row: unknown): OperationRow | undefined => {
  const connection = numberIn(row, 'connectionId');
  // Operations of the server itself have no client.
  if (connection === undefined || textIn(row, 'client') === '') return undefined;
  const state = stateIn(row);
  const [user] = list(field(row, 'effectiveUsers'));
  const waiting = state === 'waiting' ? lockText(row) : '';
  return {
    connection,
    opid: opidIn(row),
    state,
    namespace: textIn(row, 'ns'),
    op: textIn(row, 'op'),
    user: textIn(user, 'user'),
    application: textIn(row, 'appName'),
    client: textIn(row, 'client'),
    runningMs: microsIn(row, 'microsecs_running'),
    transactionMs: microsIn(field(row, 'transaction'), 'timeOpenMicros'),
    waiting,
    query: mongoCommandText(field(row, 'command')),
    progress: progressOf(row),
  };
};

/** The rank of rows of one connection: the more it does, the more it says. */
const ranks: Readonly<Record<OperationRow['state'], number>> = {
  waiting: 0,
  active: 0,
  replication: 0,
  'idle in transaction': 1,
  idle: 2,
};

/**
 * Parses $currentOp: one row per connection, in the order of their IDs, without those of opsdeck. Source: MongoDB docs,
 * $currentOp. Throws `malformed`.
 */
const parseOperations = (reply: MongoDocument | undefined): readonly OperationRow[] => {
  const rows = new Map<number, OperationRow>();
  for (const document of documentsIn(reply, '$currentOp')) {
    const row = parseRow(document);
    if (row === undefined || row.application === mongoAppName) continue;
    const known = rows.get(row.connection);
    if (known === undefined || ranks[row.state] < ranks[known.state]) rows.set(row.connection, row);
  }
  return [...rows.values()].sort((a, b) => a.connection - b.connection);
};

/** Most connections that a server shows here. */
const maxOperations = 5000;

/** Connections of clients, and the member that has them. Throws MongoError. */
export const readOperations = async (
  client: MongoClient,
  signal: AbortSignal,
  { isIdleIncluded = true }: { readonly isIdleIncluded?: boolean } = {},
): Promise<{ readonly rows: readonly OperationRow[]; readonly member: string }> => {
  const pipeline = [{ $currentOp: { allUsers: true, idleConnections: isIdleIncluded, idleSessions: true } }];
  const { replies, member } = await client.askAll(
    {
      commands: [{ database: 'admin', command: { aggregate: 1, pipeline, cursor: {} } }],
      maxDocuments: maxOperations,
    },
    signal,
  );
  return { rows: parseOperations(replies[0]), member: member.address };
};

const databaseOf = (namespace: string): string => namespace.split('.', 1)[0] ?? '';

/** A connection as a row of sessions. */
export const sessionFact = (client: MongoClient, row: OperationRow): DbSession => ({
  source: client.source,
  at: client.now(),
  database: databaseOf(row.namespace),
  pid: row.connection,
  user: row.user,
  state: row.state,
  waiting: row.waiting,
  blockedBy: [],
  query: row.query,
  client: row.client,
  ...(row.application === '' ? {} : { application: row.application }),
  ...(row.runningMs === undefined ? {} : { durationMs: Math.round(row.runningMs) }),
  ...(row.transactionMs === undefined ? {} : { transactionMs: Math.round(row.transactionMs) }),
});

/** The longest running operation or open transaction, in seconds. 0 if there is none. */
export const longestSeconds = (rows: readonly OperationRow[], what: 'operation' | 'transaction'): number => {
  const times = rows
    .filter(({ state }) => state !== 'replication' && state !== 'idle')
    .map(({ runningMs, transactionMs, state }) =>
      what === 'transaction' ? transactionMs : state === 'idle in transaction' ? undefined : runningMs,
    );
  return Math.max(0, ...times.map((ms) => (ms ?? 0) / 1000));
};
