import { Client } from 'pg';
import { until } from '../machine/until.ts';
import type { Address } from '../servers/server.ts';
import { sql } from './psql.ts';
import { type Role, urlOf } from './roles.ts';

/** A session that is open until disposal; its termination by others is not an error. */
export interface Session extends AsyncDisposable {
  readonly pid: number;
  /** Resolves to the SQLSTATE when the server terminates the session. */
  readonly lost: Promise<string>;
  /** Runs a statement. Rejects with the server's error; its `code` is the SQLSTATE. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
}

export interface SessionOptions {
  readonly role?: Role;
  readonly application?: string;
}

/** Logs in as the role (default: the application's). Rejects with the server's error. */
export const openSession = async (
  server: Address,
  { role = 'shop', application = 'shop' }: SessionOptions = {},
): Promise<Session> => {
  const client = new Client({
    connectionString: urlOf(server, role),
    application_name: application,
    // Otherwise a running statement does not notice that its client is gone, and keeps its slot for the next tests.
    options: '-c client_connection_check_interval=200',
  });
  const lost = new Promise<string>((resolve) => {
    client.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
  });
  await client.connect();
  const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
  return {
    pid: rows[0].pid,
    lost,
    query: async (text) => (await client.query(text)).rows,
    [Symbol.asyncDispose]: () => client.end().catch(() => undefined),
  };
};

/** Opens idle sessions; disposal closes all of them. */
export const holdSessions = async (
  server: Address,
  count: number,
  options?: SessionOptions,
): Promise<AsyncDisposable & { readonly pids: readonly number[] }> => {
  await using opened = new AsyncDisposableStack();
  const pids: number[] = [];
  for (let index = 0; index < count; index += 1)
    pids.push(opened.use(await openSession(server, options)).pid);
  const resources = opened.move();
  return { pids, [Symbol.asyncDispose]: () => resources.disposeAsync() };
};

/** Opens a session that waits for a prepared transaction, which belongs to no session. Disposal rolls it back. */
export const blockByPrepared = async (server: Address, account: number): Promise<AsyncDisposable> => {
  await using opened = new AsyncDisposableStack();
  const take = `UPDATE accounts SET balance = balance - 1 WHERE id = ${account}`;
  const holder = await openSession(server, { application: 'coordinator' });
  await holder.query('BEGIN');
  await holder.query(take);
  await holder.query("PREPARE TRANSACTION 'transfer-1'");
  await holder[Symbol.asyncDispose]();
  const waiter = opened.use(await openSession(server, { application: 'waiter' }));
  opened.defer(async () => void (await sql(server, ["ROLLBACK PREPARED 'transfer-1'"])));
  const waiting = waiter.query(take).catch(() => []);
  opened.defer(async () => void (await waiting));
  opened.defer(async () => void (await sql(server, [`SELECT pg_cancel_backend(${waiter.pid})`])));
  await until('a session waits for the prepared transaction', async () => {
    const blocked = `SELECT array_to_string(pg_blocking_pids(${waiter.pid}), ',')`;
    return (await sql(server, [blocked]))[0] === '0';
  });
  const resources = opened.move();
  return { [Symbol.asyncDispose]: () => resources.disposeAsync() };
};

/** Blocked sessions: `root` is idle in a transaction and locks account 1; `middle` waits for it, and locks an account for each waiting leaf. */
export interface BlockingTree extends AsyncDisposable {
  readonly root: Session;
  readonly middle: Session;
  readonly leaves: readonly Session[];
  /** Outcomes of the waiting statements: 'done', or an SQLSTATE. */
  readonly endings: readonly Promise<string>[];
}

/** Opens a blocking tree; resolves when PostgreSQL reports all of its waiting sessions. */
export const openBlockingTree = async (server: Address, leafCount = 2): Promise<BlockingTree> => {
  await using opened = new AsyncDisposableStack();
  const open = async (application: string): Promise<Session> =>
    opened.use(await openSession(server, { application }));
  const take = (session: Session, account: number): Promise<unknown> =>
    session.query(`UPDATE accounts SET balance = balance - 1 WHERE id = ${account}`);

  const root = await open('root');
  const middle = await open('middle');
  const leaves = await Promise.all(Array.from({ length: leafCount }, (_, index) => open(`leaf-${index}`)));
  for (const session of [root, middle, ...leaves]) await session.query('BEGIN');
  await take(root, 1);
  // One account per leaf: if two sessions wait for the same row, the second waits for the first.
  for (const position of leaves.keys()) await take(middle, 2 + position);
  const waiting = (session: Session, account: number): Promise<string> =>
    take(session, account).then(
      () => 'done',
      (error: { readonly code?: string }) => error.code ?? String(error),
    );
  const endings = [waiting(middle, 1), ...leaves.map((leaf, index) => waiting(leaf, 2 + index))];
  await until('all sessions wait for their blockers', async () => {
    const blocked = 'SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0';
    return (await sql(server, [blocked]))[0] === String(1 + leafCount);
  });
  const resources = opened.move();
  return { root, middle, leaves, endings, [Symbol.asyncDispose]: () => resources.disposeAsync() };
};
