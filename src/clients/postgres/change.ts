import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Transport } from '../../platform/transport.ts';
import { toAbortError, WireError } from '../../platform/wire-error.ts';
import { defaultTimeoutMs, type PostgresSession, withPostgresSession } from './session.ts';
import type { SqlChange, SqlResult, SqlTarget } from './sql-types.ts';

/** A change that is cancelled is waited for, so that it can be said whether it was carried out. */
const farewellMs: Millis = 3000;

/** Carries out one statement on a session of its own. Throws SqlError, TunnelError. */
export const changePostgres = (
  transport: Transport,
  target: SqlTarget,
  change: SqlChange,
  signal: AbortSignal,
): Promise<SqlResult> =>
  withPostgresSession(target, transport, signal, (session) =>
    changeOn(session, change, transport.clock, signal),
  );

/** When the signal aborts, the server is asked to end the statement, and its word on that is waited for. */
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
    void clock.sleep(farewellMs, over.signal).then(() => {
      if (!over.signal.aborted)
        session.cut(new WireError('cancelled', 'canceled; the statement may have taken effect anyway'));
    });
  };
  /** A cancel that comes between two statements finds none to end: what is not sent yet is not sent any more. */
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
