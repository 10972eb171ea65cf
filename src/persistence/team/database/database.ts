import { openPostgresSession, type PostgresSession } from '../../../clients/postgres/session.ts';
import { SqlError } from '../../../clients/postgres/sql-types.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { createSerialQueue } from '../../../platform/runtime/serial-queue.ts';
import { WireError } from '../../../platform/runtime/wire-error.ts';
import type { Transport } from '../../../platform/transport.ts';
import { StateDatabaseError } from '../../files/state-database-error.ts';
import { type StateAddress, type StateLogin, stateAddress } from './address.ts';
import { schemaProblem } from './schema.ts';

const connectMs: Millis = 5000;
/** Time limit of a transaction, with the wait for those of others. */
const transactionMs: Millis = 15_000;

/**
 * Limits of the server: a process that is paused within a transaction must not keep the others out. The last one protects
 * against an outer connection pool with another default.
 */
const settings =
  "SET statement_timeout = '10s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '10s'; SET default_transaction_isolation = 'read committed'";

/** Sends one statement; `bytea` and text columns that must stay as they are arrive as hex. */
export type AskState = (
  text: string,
  values?: readonly (string | number | boolean | null | readonly string[])[],
) => Promise<readonly Readonly<Record<string, string | null>>[]>;

/** Channels of notifications: changes of the state, and lines of screens that are followed. */
type StateChannel = 'opsdeck_state' | 'opsdeck_screen';

/** A session with the state database, opened when it is needed and again after it was lost. */
export interface StateDatabase {
  /** HOST:PORT/DATABASE */
  readonly shown: string;
  readonly id: string;
  /** Runs work in a transaction, one after the other within this process. Rejects with a StateDatabaseError. */
  transaction<T>(work: (ask: AskState) => Promise<T>): Promise<T>;
  /** Runs statements that only read, each on its own, also on tables of a newer program. Rejects with a StateDatabaseError. */
  read<T>(work: (ask: AskState) => Promise<T>): Promise<T>;
  /**
   * Calls `notified` with the payload of each notification of a channel, until the returned session is lost or the signal
   * aborts. Rejects with a StateDatabaseError.
   */
  listen(
    channel: StateChannel,
    notified: (payload: string) => void,
    signal: AbortSignal,
  ): Promise<{ readonly isOpen: boolean }>;
  close(): Promise<void>;
}

/** Errors after which the session is gone, or its state is unknown. */
const isLost = (error: unknown): boolean =>
  error instanceof WireError &&
  (!(error instanceof SqlError) ||
    error.sqlState === '' ||
    error.kind === 'unreachable' ||
    error.kind === 'timeout');

const rows = (session: PostgresSession): AskState => {
  return async (text, values = []) => (await session.ask({ text, values })).rows;
};

/** Reads the version of the tables; 0 without any. */
export const readSchemaVersion = async (ask: AskState): Promise<number> => {
  const [found] = await ask("SELECT to_regclass('opsdeck.schema_version') IS NOT NULL AS found");
  if (found?.found !== 't') return 0;
  const [row] = await ask('SELECT coalesce(max(version), 0) AS version FROM opsdeck.schema_version');
  return Number(row?.version ?? 0);
};

const selectReadOnly =
  "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean AS read_only";

/**
 * Opens a session. Of several servers the first one that can write is used, as libpq does it for
 * `target_session_attrs=read-write`: after a failover that is the promoted standby. Throws a WireError.
 */
export const openStateSession = async (
  { servers }: Pick<StateAddress, 'servers'>,
  transport: Transport,
  signal: AbortSignal,
): Promise<PostgresSession> => {
  const reasons: string[] = [];
  for (const server of servers) {
    const deadline = transport.clock.deadline(connectMs);
    try {
      const session = await openPostgresSession(
        server,
        transport,
        AbortSignal.any([deadline.signal, signal]),
      );
      if (servers.length === 1) return session;
      const [row] = await rows(session)(selectReadOnly);
      if (row?.read_only === 'f') return session;
      await session.end();
      reasons.push(
        `${server.host}:${server.port}: the server is a standby, where nothing can be written: set state: to the primary`,
      );
    } catch (error) {
      if (!(error instanceof WireError) || servers.length === 1 || signal.aborted) throw error;
      reasons.push(`${server.host}:${server.port}: ${error.message}`);
    } finally {
      deadline.clear();
    }
  }
  throw new WireError('unreachable', reasons.join('; '));
};

/** Decodes a text that was sent as hex: the client removes control characters from other texts. */
export const fromHex = (hex: string | null | undefined): string =>
  Buffer.from(hex ?? '', 'hex').toString('utf8');

class PostgresState implements StateDatabase {
  readonly shown: string;
  readonly id: string;
  readonly #transport: Transport;
  readonly #address;
  readonly #closing = new AbortController();
  #session: PostgresSession | undefined;
  #version = 0;
  readonly #queue = createSerialQueue();

  constructor(login: StateLogin, transport: Transport) {
    this.#transport = transport;
    this.#address = stateAddress(login);
    this.shown = this.#address.shown;
    this.id = this.#address.id;
  }

  transaction<T>(work: (ask: AskState) => Promise<T>): Promise<T> {
    return this.#queue.run(() => this.#withSession((open) => this.#commit(open, work)));
  }

  read<T>(work: (ask: AskState) => Promise<T>): Promise<T> {
    return this.#queue.run(() =>
      this.#withSession((open) => {
        if (this.#version === 0)
          throw new StateDatabaseError(`the state database ${this.shown}: ${schemaProblem(0) ?? ''}`, false);
        return work(rows(open));
      }),
    );
  }

  async listen(
    channel: StateChannel,
    notified: (payload: string) => void,
    signal: AbortSignal,
  ): Promise<{ readonly isOpen: boolean }> {
    try {
      const listening = await this.#connect();
      listening.onNotification(notified);
      const end = (): void => void listening.end();
      const both = AbortSignal.any([signal, this.#closing.signal]);
      if (both.aborted) end();
      else both.addEventListener('abort', end, { once: true });
      await listening.execute(`LISTEN ${channel}`);
      let isAsking = false;
      const stop = this.#transport.clock.every(transactionMs, () => {
        if (isAsking) listening.cut(new Error('no answer'));
        if (!listening.isOpen || both.aborted) return stop();
        isAsking = true;
        // Resets the limit of received bytes, and finds a connection that was lost silently.
        const promise = listening.ask({ text: 'SELECT 1' });
        promise.then(
          () => {
            isAsking = false;
          },
          () => listening.cut(new Error('lost')),
        );
      });
      return listening;
    } catch (error) {
      throw this.#toStateError(error);
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new DOMException('closed', 'AbortError'));
    await this.#queue.settled();
    await this.#session?.end();
    this.#session = undefined;
  }

  #connect(): Promise<PostgresSession> {
    return openStateSession(this.#address, this.#transport, this.#closing.signal);
  }

  #toStateError(error: unknown): unknown {
    if (!(error instanceof WireError)) return error;
    return new StateDatabaseError(`the state database ${this.shown}: ${error.message}`, isLost(error));
  }

  /** Runs work with a deadline, on a session that was open at its begin. */
  async #withSession<T>(work: (open: PostgresSession) => Promise<T>): Promise<T> {
    const drop = (why: Error): void => {
      this.#session?.cut(why);
      this.#session = undefined;
    };
    try {
      if (this.#session?.isOpen !== true) {
        this.#session = await this.#connect();
        await this.#session.execute(settings);
        this.#version = 0;
      }
      if (schemaProblem(this.#version) !== undefined)
        this.#version = await readSchemaVersion(rows(this.#session));
      const open = this.#session;
      const deadline = this.#transport.clock.deadline(transactionMs);
      const cut = (): void => drop(new WireError('timeout', `no answer in ${transactionMs} ms`));
      deadline.signal.addEventListener('abort', cut);
      try {
        return await work(open);
      } finally {
        deadline.signal.removeEventListener('abort', cut);
        deadline.clear();
      }
    } catch (error) {
      if (isLost(error)) drop(error instanceof Error ? error : new Error(String(error)));
      throw this.#toStateError(error);
    }
  }

  async #commit<T>(open: PostgresSession, work: (ask: AskState) => Promise<T>): Promise<T> {
    const problem = schemaProblem(this.#version);
    if (problem !== undefined)
      throw new StateDatabaseError(`the state database ${this.shown}: ${problem}`, false);
    await open.execute('BEGIN');
    try {
      const result = await work(rows(open));
      await open.execute('COMMIT');
      return result;
    } catch (error) {
      // A lost session rolls back by itself.
      if (open.isOpen)
        await open
          .execute('ROLLBACK')
          .catch(() => open.cut(new Error('the transaction in the state database could not be rolled back')));
      throw error;
    }
  }
}

/** Opens nothing yet. */
export const createStateDatabase = (login: StateLogin, transport: Transport): StateDatabase =>
  new PostgresState(login, transport);
