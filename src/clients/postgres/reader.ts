import type { Millis } from '../../domain/base/fault.ts';
import type { SystemFingerprint } from '../../domain/facts/fingerprint.ts';
import { startStopwatch } from '../../platform/runtime/stopwatch.ts';
import { toAbortError, WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { createAnsweringServers } from '../answering-servers.ts';
import { openSessionPool } from '../session-pool.ts';
import { resolvePostgresAddress } from './address.ts';
import { assertReadOnly } from './read-check.ts';
import {
  defaultTimeoutMs,
  openPostgresSession,
  type PostgresSession,
  withPostgresSession,
} from './session.ts';
import { SqlError, type SqlQuery, type SqlResult, type SqlTarget } from './sql-types.ts';
import { assertNoUserCode } from './user-code.ts';

/** A PostgreSQL database for reads. */
export interface PostgresReader {
  /** Runs one statement between BEGIN READ ONLY and ROLLBACK, in a pooled session. Throws SqlError, TunnelError. */
  ask(question: SqlQuery, signal: AbortSignal): Promise<SqlResult>;
  /**
   * Returns the server that answers now, and those of all connections that have answered reads since a time (`others`).
   * `identify` asks a server over one connection. Throws what it throws.
   */
  serversSince(
    began: Millis,
    identify: (ask: (question: SqlQuery) => Promise<SqlResult>) => Promise<SystemFingerprint>,
    signal: AbortSignal,
  ): Promise<SystemFingerprint>;
  /**
   * Closes all sessions, for a statement that requires an unused database. Queries wait until the returned function
   * is called.
   */
  pause(): Promise<() => void>;
  close(): Promise<void>;
}

/** Opens a reader; the first query logs in. */
export const openPostgresReader = (target: SqlTarget, transport: Transport): PostgresReader => {
  const { clock } = transport;
  const pendingCancels = new Set<Promise<void>>();

  /** Cancels the session's statement as soon as the signal aborts: on the server, and here without waiting for it. */
  const within = async <T>(
    session: PostgresSession,
    signal: AbortSignal,
    act: () => Promise<T>,
  ): Promise<T> => {
    const abort = (): void => {
      const pendingCancel = session.cancel().finally(() => pendingCancels.delete(pendingCancel));
      pendingCancels.add(pendingCancel);
      session.cut(toAbortError(signal));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    try {
      return await act();
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };

  const readOn = (session: PostgresSession, question: SqlQuery, signal: AbortSignal): Promise<SqlResult> =>
    within(session, signal, async () => {
      const timeoutMs = question.timeoutMs ?? defaultTimeoutMs;
      await session.execute(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${Math.round(timeoutMs)}`);
      try {
        if (question.isConstant !== true) await assertNoUserCode(session, { text: question.text, timeoutMs });
        return await session.ask({ ...question, timeoutMs });
      } finally {
        if (session.isOpen) await session.execute('ROLLBACK');
      }
    });

  const sessions = openSessionPool(async (signal) => {
    const session = await openPostgresSession(resolvePostgresAddress(target), transport, signal);
    await within(session, signal, () => session.execute('SET default_transaction_read_only = on'));
    return session;
  });
  const servers = createAnsweringServers<PostgresSession>(clock);

  return {
    serversSince: (began, identify, outerSignal) =>
      servers.since(
        began,
        sessions,
        (session, signal) =>
          identify((question) => {
            assertReadOnly(question.text);
            return readOn(session, question, signal);
          }),
        transport.within(outerSignal),
      ),
    ask: async (question, outerSignal) => {
      const signal = transport.within(outerSignal);
      assertReadOnly(question.text);
      if (question.newConnection === true) {
        const elapsed = startStopwatch(clock);
        return withPostgresSession(target, transport, signal, (session) =>
          servers.noted(session, signal, async () => {
            const answer = await readOn(session, question, signal);
            return { ...answer, latencyMs: elapsed() };
          }),
        );
      }
      const attempt = (): Promise<SqlResult | 'lost'> =>
        sessions.with(signal, async (session, isKept) => {
          try {
            return await servers.noted(session, signal, () => readOn(session, question, signal));
          } catch (error) {
            // A pooled session may have ended while idle, which implies nothing about the server now.
            if (!isKept || signal.aborted || !isLoss(error)) throw error;
            if (session.isOpen && !isEndOfSession(error)) throw error;
            // The session's final message may arrive before its close: it must not be reused.
            session.cut(error);
            return 'lost';
          }
        });
      for (;;) {
        const answer = await attempt();
        if (answer !== 'lost') return answer;
      }
    },
    pause: sessions.pause,
    close: async () => {
      await sessions.close();
      await Promise.all(pendingCancels);
    },
  };
};

const isLoss = (error: unknown): error is WireError =>
  error instanceof WireError && error.kind === 'unreachable';

/** SQLSTATEs with which the server ends a session. Source: PostgreSQL docs, Appendix A, PostgreSQL Error Codes. */
const endsOfSession: ReadonlySet<string> = new Set(['57P01', '57P02', '57P05', '25P03']);
const isEndOfSession = (error: WireError): boolean =>
  error instanceof SqlError && endsOfSession.has(error.sqlState);
