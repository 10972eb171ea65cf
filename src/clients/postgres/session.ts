import { finished } from 'node:stream/promises';
import type { Millis } from '../../domain/base/fault.ts';
import { stripControls } from '../../domain/text/controls.ts';
import { nextTurn } from '../../platform/runtime/async.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { startStopwatch } from '../../platform/runtime/stopwatch.ts';
import { toAbortError, WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { type PostgresAddress, resolvePostgresAddress } from './address.ts';
import { readPasswordFile } from './password-file.ts';
import { Client, Query } from './pg.ts';
import { passwordMissingError, toSqlError } from './postgres-error.ts';
import type { SqlQuery, SqlResult, SqlTarget } from './sql-types.ts';
import { asPgStream, guardPostgresWire, isPrivateWire, openPostgresWire } from './wire.ts';

/** A logged-in client and the state of its queries. */
interface QueryContext {
  readonly client: Client;
  readonly clock: Clock;
  /** Called before anything is sent. */
  beforeSend(): void;
  /** Converts an error of the client. */
  toError(error: unknown, timeoutMs?: number): unknown;
}

type Cells = readonly (string | null)[];

interface Result {
  readonly fields: readonly { readonly name: string }[];
  readonly rowCount: number | null;
}

const defaultMaxRows = 10_000;
/** Keeps every value as PostgreSQL's text output. */
const asText = { getTypeParser: () => (text: string | Buffer) => text.toString() };

const run = (
  { client, beforeSend, toError }: QueryContext,
  query: Query<string[]>,
  onRow: (row: Cells) => void,
  timeoutMs?: number,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    query.on('row', onRow);
    query.on('error', (error) => reject(toError(error, timeoutMs)));
    query.on('end', resolve);
    beforeSend();
    client.query(query);
  });

/** Executes an internal statement without values and result. Throws SqlError. */
const executeInternal = async (asking: QueryContext, text: string): Promise<void> => {
  await run(asking, new Query(text), () => {});
};

/**
 * Executes one statement through the extended protocol, which accepts a single statement, so that no second one can
 * be appended. Throws SqlError.
 */
const runQuery = async (
  asking: QueryContext,
  { text, values = [], maxRows = defaultMaxRows, timeoutMs }: SqlQuery,
): Promise<Omit<SqlResult, 'notices'>> => {
  const rows: Cells[] = [];
  const elapsed = startStopwatch(asking.clock);
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
    latencyMs: elapsed(),
  };
};

const recordOf = (columns: readonly string[], row: Cells): Readonly<Record<string, string | null>> =>
  Object.fromEntries(
    columns.map((name, index) => {
      const value = row[index] ?? null;
      return [name, value === null ? null : stripControls(value)];
    }),
  );

/** The key of a backend; only its own client knows it. */
interface BackendKey {
  readonly pid: number;
  readonly secret: number;
}

/** Time limit for a cancel request, in ms; the server confirms one by closing the connection. */
const patienceMs: Millis = 2000;

/**
 * Sends a cancel request for a backend on a separate connection. Resolves when the server has received it, or cannot
 * be reached. Source: PostgreSQL docs, Canceling Requests in Progress: length 16, code 1234 5678.
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
    // The server cannot be reached: the backend ends with its connection.
  } finally {
    deadline.clear();
  }
};

/** A session on the server, with application_name opsdeck. It may end at any time; then every call throws. */
export interface PostgresSession {
  readonly isOpen: boolean;
  /** Executes an internal statement without values and result: BEGIN, ROLLBACK, SET. Throws SqlError. */
  execute(text: string): Promise<void>;
  /** Executes a single statement. Throws SqlError. */
  ask(question: SqlQuery): Promise<SqlResult>;
  /** Calls the listener with the payload of each notification of a channel that the session listens on (LISTEN). */
  onNotification(listener: (payload: string) => void): void;
  /** Cancels the current statement. Resolves when the server has received the request. */
  cancel(): Promise<void>;
  /** Logs out; resolves when the connection is closed. */
  end(): Promise<void>;
  /** Closes the connection at once. */
  cut(why: Error): void;
}

/** Default statement timeout, in ms. */
export const defaultTimeoutMs: Millis = 5000;

const applicationName = 'opsdeck';

/** pg has no public API for the backend key. */
const keyOf = (client: object): BackendKey | undefined => {
  const { processID, secretKey } = Object.assign({ processID: undefined, secretKey: undefined }, client);
  return typeof processID === 'number' && typeof secretKey === 'number'
    ? { pid: processID, secret: secretKey }
    : undefined;
};

/** Connects and logs in. Throws SqlError, or the signal's reason on an abort. */
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
  const guard = guardPostgresWire(wire, isPrivateWire(address));
  const notices: string[] = [];
  const client = new Client({
    host,
    port,
    user,
    database,
    // A function, because otherwise pg reads ~/.pgpass itself and prints a deprecation warning.
    password: () => {
      if (password === undefined) throw passwordMissingError;
      return password;
    },
    ssl: false,
    stream: () => asPgStream(wire),
    application_name: applicationName,
  });
  // A terminated session emits an error, which would end the process without a listener.
  client.on('error', (error) => {
    lost ??= error;
    isLost = true;
  });
  client.on('notice', ({ message }) => void notices.push(stripControls(message ?? '')));
  // pg waits for the close, and a tunnel may end only its reading side. A server never closes one direction only.
  wire.once('end', () => wire.destroy());
  const closed = new Promise<void>((resolve) => wire.once('close', () => resolve()));
  void closed.then(() => {
    isLost = true;
  });

  const cut = (why: Error): void => {
    lost ??= why;
    isLost = true;
    wire.destroy(why);
  };
  /** Prefers the cause of a lost connection over pg's generic message. */
  const toError = (error: unknown, timeoutMs?: number): unknown => {
    const known = lost instanceof WireError ? lost : toSqlError(error, timeoutMs);
    return known ?? error;
  };

  const abort = (): void => cut(toAbortError(signal));
  signal.addEventListener('abort', abort);
  try {
    if (signal.aborted) abort();
    await client.connect();
  } catch (error) {
    const why = toError(error);
    wire.destroy();
    throw why;
  } finally {
    signal.removeEventListener('abort', abort);
  }

  const asking: QueryContext = { client, clock: transport.clock, beforeSend: guard.resetLimits, toError };
  return {
    get isOpen() {
      return !isLost;
    },
    execute: (text) => executeInternal(asking, text),
    ask: async (question) => {
      notices.length = 0;
      const answer = await runQuery(asking, question);
      return { ...answer, notices: [...notices] };
    },
    onNotification: (listener) =>
      void client.on('notification', ({ payload }) => listener(stripControls(payload ?? ''))),
    cancel: async () => {
      const key = keyOf(client);
      if (key !== undefined) await cancelBackend(address, key, transport);
    },
    end: async () => {
      // A lost server would never confirm the logout, so it is not awaited.
      if (!isLost) void client.end().catch(() => {});
      await nextTurn();
      wire.destroy();
      await closed;
    },
    cut,
  };
};

/** Runs `use` in a separate session, which is closed in every case. */
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
