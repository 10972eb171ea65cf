import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { toAbortError, WireError } from '../../platform/runtime/wire-error.ts';
import type { Transport } from '../../platform/transport.ts';
import { defaultTimeoutMs, type PostgresSession, withPostgresSession } from './session.ts';
import type { SqlChange, SqlResult, SqlTarget } from './sql-types.ts';

/** Time limit for the outcome of a canceled change, in ms. */
const outcomeWaitMs: Millis = 3000;

/** Executes one statement in its own session. Throws SqlError, TunnelError. */
export const changePostgres = (
  transport: Transport,
  target: SqlTarget,
  change: SqlChange,
  signal: AbortSignal,
): Promise<SqlResult> =>
  withPostgresSession(target, transport, signal, (session) =>
    changeOn(session, change, transport.clock, signal),
  );

/** Executes the statement. When the signal aborts, it asks the server to cancel and waits for the outcome. */
const changeOn = async (
  session: PostgresSession,
  change: SqlChange,
  clock: Clock,
  signal: AbortSignal,
): Promise<SqlResult> => {
  const timeoutMs = change.timeoutMs ?? defaultTimeoutMs;
  const over = new AbortController();
  const abort = (): void => {
    void session.cancel();
    void clock.sleep(outcomeWaitMs, over.signal).then(() => {
      if (!over.signal.aborted)
        session.cut(
          new WireError(
            'cancelled',
            'canceled. The statement may have taken effect anyway: check before you send the statement again',
          ),
        );
    });
  };
  /** Stops before the next statement: a cancel between two statements has no effect on the server. */
  const unlessCancelled = (): void => {
    if (signal.aborted) throw toAbortError(signal);
  };
  signal.addEventListener('abort', abort);
  try {
    unlessCancelled();
    await session.execute(`SET statement_timeout = ${Math.round(timeoutMs)}`);
    unlessCancelled();
    if (change.transaction !== true) return await session.ask({ ...change, timeoutMs });
    await session.execute('BEGIN');
    unlessCancelled();
    const answer = await session.ask({ ...change, timeoutMs });
    unlessCancelled();
    await session.execute('COMMIT');
    return answer;
  } finally {
    signal.removeEventListener('abort', abort);
    over.abort();
  }
};
