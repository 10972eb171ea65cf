import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';
import { WireError } from '../../platform/failures.ts';
import type { Dial } from '../../platform/network/dial.ts';
import { abortWireError } from '../../platform/wire-error.ts';
import { addressOf } from './address.ts';
import { assertRead } from './reading.ts';
import { openSession, type Session } from './session.ts';
import { keepSessions, type Sessions } from './sessions.ts';
import { type SqlAnswer, type SqlChange, SqlError, type SqlQuestion, type SqlTarget } from './sql.ts';

/** Sessions of one io, one per target and kind. */
export interface Postgres {
  /** One statement between BEGIN READ ONLY and ROLLBACK, on a session that is kept. Throws SqlError, TunnelError. */
  read(target: SqlTarget, question: SqlQuestion, signal: AbortSignal): Promise<SqlAnswer>;
  /** One statement on a session of its own. Throws SqlError. */
  change(target: SqlTarget, change: SqlChange, signal: AbortSignal): Promise<SqlAnswer>;
  /** Leaves the database of a target alone, for what asks that nobody is in it, until what it gives back is called. */
  pause(target: SqlTarget): Promise<() => void>;
  close(): Promise<void>;
}

const defaultTimeoutMs: Millis = 5000;
/** A change that is cancelled is waited for, so that it can be said whether it was carried out. */
const farewellMs: Millis = 3000;

export const openPostgres = (clock: Clock, dial?: Dial): Postgres => {
  const reach = { clock, ...(dial && { dial }) };
  const kept = new Map<string, Sessions>();
  const farewells = new Set<Promise<void>>();

  const readingSession = async (target: SqlTarget, signal: AbortSignal): Promise<Session> => {
    const session = await openSession(addressOf(target), reach, signal);
    await within(session, signal, () => session.say('SET default_transaction_read_only = on'));
    return session;
  };
  const sessionsOf = (target: SqlTarget): Sessions => {
    const key = JSON.stringify(target);
    const known = kept.get(key) ?? keepSessions((signal) => readingSession(target, signal));
    kept.set(key, known);
    return known;
  };

  /** Ends what the session does as soon as the signal aborts: on the server, and here without waiting for that. */
  const within = async <T>(session: Session, signal: AbortSignal, act: () => Promise<T>): Promise<T> => {
    const abort = (): void => {
      const farewell = session.cancel().finally(() => farewells.delete(farewell));
      farewells.add(farewell);
      session.cut(abortWireError(signal));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    try {
      return await act();
    } finally {
      signal.removeEventListener('abort', abort);
    }
  };

  const readOn = (session: Session, question: SqlQuestion, signal: AbortSignal): Promise<SqlAnswer> =>
    within(session, signal, async () => {
      const timeoutMs = question.timeoutMs ?? defaultTimeoutMs;
      await session.say(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${Math.round(timeoutMs)}`);
      try {
        return await session.ask({ ...question, timeoutMs });
      } finally {
        if (session.isOpen) await session.say('ROLLBACK');
      }
    });

  const once = async (
    target: SqlTarget,
    signal: AbortSignal,
    use: (session: Session) => Promise<SqlAnswer>,
  ): Promise<SqlAnswer> => {
    const session = await openSession(addressOf(target), reach, signal);
    try {
      return await use(session);
    } finally {
      await session.end();
    }
  };

  return {
    read: async (target, question, signal) => {
      assertRead(question.text);
      if (question.fresh === true) {
        const began = clock.now();
        const answer = await once(target, signal, (session) => readOn(session, question, signal));
        return { ...answer, latencyMs: clock.now() - began };
      }
      const sessions = sessionsOf(target);
      const attempt = (): Promise<SqlAnswer | 'lost'> =>
        sessions.with(signal, async (session, isKept) => {
          try {
            return await readOn(session, question, signal);
          } catch (error) {
            // A session that was kept may have been ended while nobody looked: that says nothing of the server now.
            if (!isKept || signal.aborted || !isLoss(error)) throw error;
            if (session.isOpen && !isEndOfSession(error)) throw error;
            // Its last word may come before its end: it is taken for no question any more.
            session.cut(error);
            return 'lost';
          }
        });
      for (;;) {
        const answer = await attempt();
        if (answer !== 'lost') return answer;
      }
    },
    change: async (target, change, signal) =>
      once(target, signal, (session) => changeOn(session, change, clock, signal)),
    pause: (target) => sessionsOf(target).pause(),
    close: async () => {
      await Promise.all([...kept.values()].map((sessions) => sessions.close()));
      await Promise.all(farewells);
    },
  };
};

const isLoss = (error: unknown): error is WireError =>
  error instanceof WireError && error.kind === 'unreachable';

/** States with which the server ends a session. Source: PostgreSQL docs, Appendix A, PostgreSQL Error Codes. */
const endsOfSession: ReadonlySet<string> = new Set(['57P01', '57P02', '57P05', '25P03']);
const isEndOfSession = (error: WireError): boolean =>
  error instanceof SqlError && endsOfSession.has(error.sqlState);

/** When the signal aborts, the server is asked to end the statement, and its word on that is waited for. */
const changeOn = async (
  session: Session,
  change: SqlChange,
  clock: Clock,
  signal: AbortSignal,
): Promise<SqlAnswer> => {
  const timeoutMs = change.timeoutMs ?? defaultTimeoutMs;
  const over = new AbortController();
  const abort = (): void => {
    void session.cancel();
    void clock.sleep(farewellMs, over.signal).then(() => {
      if (!over.signal.aborted)
        session.cut(new WireError('cancelled', 'cancelled; whether it was carried out was not said'));
    });
  };
  /** A cancel that comes between two statements finds none to end: what is not sent yet is not sent any more. */
  const unlessCancelled = (): void => {
    if (signal.aborted) throw abortWireError(signal);
  };
  signal.addEventListener('abort', abort);
  try {
    unlessCancelled();
    await session.say(`SET statement_timeout = ${Math.round(timeoutMs)}`);
    unlessCancelled();
    if (change.transaction !== true) return await session.ask({ ...change, timeoutMs });
    await session.say('BEGIN');
    unlessCancelled();
    const answer = await session.ask({ ...change, timeoutMs });
    unlessCancelled();
    await session.say('COMMIT');
    return answer;
  } finally {
    signal.removeEventListener('abort', abort);
    over.abort();
  }
};
