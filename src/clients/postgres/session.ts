import { finished } from 'node:stream/promises';
import { stripControls } from '../../domain/controls.ts';
import type { Millis } from '../../domain/fault.ts';
import { nextTurn } from '../../platform/async.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Transport } from '../../platform/transport.ts';
import { toAbortError, WireError } from '../../platform/wire-error.ts';
import { type PostgresAddress, resolvePostgresAddress } from './address.ts';
import { readPasswordFile } from './password-file.ts';
import { Client, Query } from './pg.ts';
import { passwordMissingError, toSqlError } from './postgres-error.ts';
import type { SqlQuery, SqlResult, SqlTarget } from './sql-types.ts';
import { asPgStream, guardPostgresWire, openPostgresWire } from './wire.ts';

/** A client that has logged in, and what is to be known of it while it asks. */
interface QueryContext {
  readonly client: Client;
  readonly clock: Clock;
  /** Called before anything is sent. */
  asked(): void;
  /** What an error of the client is in our words. */
  told(error: unknown, timeoutMs?: number): unknown;
}

type Cells = readonly (string | null)[];

interface Result {
  readonly fields: readonly { readonly name: string }[];
  readonly rowCount: number | null;
}

const defaultMaxRows = 10_000;
/** Every value as the text that PostgreSQL writes. */
const asText = { getTypeParser: () => (text: string | Buffer) => text.toString() };

const run = (
  { client, asked, told }: QueryContext,
  query: Query<string[]>,
  onRow: (row: Cells) => void,
  timeoutMs?: number,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    query.on('row', onRow);
    query.on('error', (error) => reject(told(error, timeoutMs)));
    query.on('end', resolve);
    asked();
    client.query(query);
  });

/** A statement of ours, without values and without an answer. Throws SqlError. */
const sayTo = async (asking: QueryContext, text: string): Promise<void> => {
  await run(asking, new Query(text), () => {});
};

/** One statement and its answer. Always by the extended protocol: it takes one, so that none hides behind another. Throws SqlError. */
const runQuery = async (
  asking: QueryContext,
  { text, values = [], maxRows = defaultMaxRows, timeoutMs }: SqlQuery,
): Promise<Omit<SqlResult, 'notices'>> => {
  const rows: Cells[] = [];
  const began = asking.clock.now();
  const config = { text, values: [...values], rowMode: 'array', types: asText, queryMode: 'extended' };
  const keep = (row: Cells): void => {
    if (rows.length < maxRows) rows.push(row);
  };
  const result = await run(asking, new Query<string[]>(config), keep, timeoutMs);
  const columns = result.fields.map(({ name }) => stripControls(name));
  return {
    columns,
    rows: rows.map((row) => recordOf(columns, row)),
    rowCount: result.rowCount ?? 0,
    latencyMs: asking.clock.now() - began,
  };
};

const recordOf = (columns: readonly string[], row: Cells): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    columns.map((name, at) => {
      const value = row[at] ?? null;
      return [name, value === null ? null : stripControls(value)];
    }),
  );

/** What tells a backend from all others; only its own client knows both. */
interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

/** A server answers a cancel request by closing the connection; one that does not is not waited for. */
const patienceMs: Millis = 2000;

/**
 * Asks the server to end what a backend does now, on a connection of its own; resolves when the server has taken it, or
 * nobody can be asked. Source: PostgreSQL docs, Canceling Requests in Progress: length 16, code 1234 5678.
 */
const cancelBackend = async (
  address: PostgresAddress,
  key: BackendKey,
  transport: Transport,
): Promise<void> => {
  const request = Buffer.alloc(16);
  request.writeUInt32BE(16, 0);
  request.writeUInt32BE(80_877_102, 4);
  request.writeInt32BE(key.pid, 8);
  request.writeInt32BE(key.secret, 12);
  const deadline = transport.clock.deadline(patienceMs);
  try {
    const wire = await openPostgresWire(address, transport, deadline.signal);
    const over = finished(wire, { signal: deadline.signal });
    wire.resume().end(request);
    await over.catch(() => {});
    wire.destroy();
  } catch {
    // Nobody to ask: the backend ends with its connection.
  } finally {
    deadline.clear();
  }
};

/** A session on the server, called opsdeck. It may end at any time; then every call throws, and nothing else happens. */
export interface PostgresSession {
  readonly isOpen: boolean;
  /** A statement of ours, without values and without an answer: BEGIN, ROLLBACK, SET. Throws SqlError. */
  execute(text: string): Promise<void>;
  /** One statement: the server takes no second one in the same text. Throws SqlError. */
  ask(question: SqlQuery): Promise<SqlResult>;
  /** Has the server end what this session does now. Resolves when it has been told. */
  cancel(): Promise<void>;
  /** Logs out; resolves when the connection is closed. */
  end(): Promise<void>;
  /** Cuts the connection at once. */
  cut(why: Error): void;
}

/** The server's own limit on a statement that names none. */
export const defaultTimeoutMs: Millis = 5000;

const applicationName = 'opsdeck';

/** The client keeps to itself which backend serves it. */
const keyOf = (client: object): BackendKey | undefined => {
  const { processID, secretKey } = Object.assign({ processID: undefined, secretKey: undefined }, client);
  return typeof processID === 'number' && typeof secretKey === 'number'
    ? { pid: processID, secret: secretKey }
    : undefined;
};

/** Connects and logs in. Throws SqlError, and what the signal says when it aborts. */
export const openPostgresSession = async (
  address: PostgresAddress,
  transport: Transport,
  signal: AbortSignal,
): Promise<PostgresSession> => {
  const { host, port, user, database } = address;
  const password = address.password ?? (await readPasswordFile(address));
  const wire = await openPostgresWire(address, transport, signal);
  let lost: Error | undefined;
  let isLost = false;
  const guard = guardPostgresWire(wire);
  const notices: string[] = [];
  const client = new Client({
    host,
    port,
    user,
    database,
    // A function, or the client would look for ~/.pgpass itself and print that it will not do so for much longer.
    password: () => {
      if (password === undefined) throw passwordMissingError;
      return password;
    },
    ssl: false,
    stream: () => asPgStream(wire),
    application_name: applicationName,
  });
  // Terminated under us: without a listener this would end the process.
  client.on('error', (error) => {
    lost ??= error;
    isLost = true;
  });
  client.on('notice', ({ message }) => void notices.push(stripControls(message ?? '')));
  const closed = new Promise<void>((resolve) => wire.once('close', () => resolve()));
  void closed.then(() => {
    isLost = true;
  });

  const cut = (why: Error): void => {
    lost ??= why;
    isLost = true;
    wire.destroy(why);
  };
  /** What the client says of a connection that is gone is poorer than why it went. */
  const told = (error: unknown, timeoutMs?: number): unknown => {
    const known = lost instanceof WireError ? lost : toSqlError(error, timeoutMs);
    return known ?? error;
  };

  const abort = (): void => cut(toAbortError(signal));
  signal.addEventListener('abort', abort);
  try {
    if (signal.aborted) abort();
    await client.connect();
  } catch (error) {
    const why = told(error);
    wire.destroy();
    throw why;
  } finally {
    signal.removeEventListener('abort', abort);
  }

  const asking: QueryContext = { client, clock: transport.clock, asked: guard.asked, told };
  return {
    get isOpen() {
      return !isLost;
    },
    execute: (text) => sayTo(asking, text),
    ask: async (question) => {
      notices.length = 0;
      const answer = await runQuery(asking, question);
      return { ...answer, notices: [...notices] };
    },
    cancel: async () => {
      const key = keyOf(client);
      if (key !== undefined) await cancelBackend(address, key, transport);
    },
    end: async () => {
      // A server that is gone would never answer a farewell: it is sent, and not waited for.
      if (!isLost) void client.end().catch(() => {});
      await nextTurn();
      wire.destroy();
      await closed;
    },
    cut,
  };
};

/** Uses a session of its own, which ends whatever happens. */
export const withPostgresSession = async <T>(
  target: SqlTarget,
  transport: Transport,
  signal: AbortSignal,
  use: (session: PostgresSession) => Promise<T>,
): Promise<T> => {
  const session = await openPostgresSession(resolvePostgresAddress(target), transport, signal);
  try {
    return await use(session);
  } finally {
    await session.end();
  }
};
