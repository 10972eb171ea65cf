import { toAbortError, WireError } from '../platform/runtime/wire-error.ts';

/** A connection with a login that a pool lends. */
interface PooledSession {
  readonly isOpen: boolean;
  /** Closes the connection; resolves when it is closed. */
  end(): Promise<void>;
}

/** Runs `act` on a session, which is cut at once when the signal aborts. */
export const cutOnAbort = async <T>(
  session: { cut(why: Error): void },
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T> => {
  const abort = (): void => session.cut(toAbortError(signal));
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await act();
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/** A pool of sessions on one server. */
export interface SessionPool<S> {
  /** Runs `use` with a session, and returns that to the pool unless it is lost. Waits while all are in use. */
  with<T>(signal: AbortSignal, use: (session: S, isKept: boolean) => Promise<T>): Promise<T>;
  /**
   * Runs `use` with every session that is idle, or with one if none is. A session that turns out to have ended is left out,
   * unless it is the only one.
   */
  withIdle<T>(signal: AbortSignal, use: (session: S) => Promise<T>): Promise<readonly T[]>;
  /** Closes idle sessions, and lends none until the returned function is called. */
  pause(): Promise<() => void>;
  close(): Promise<void>;
}

/** Pool size: enough that one slow query does not delay others, and small for a server short of slots. */
const most = 2;

/** Opens a pool; the first use opens a session. */
export const openSessionPool = <S extends PooledSession>(
  open: (signal: AbortSignal) => Promise<S>,
): SessionPool<S> => {
  const idle: S[] = [];
  const waiting: (() => void)[] = [];
  let count = 0;
  let isClosed = false;
  let pauses = 0;

  const turn = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const go = (): void => {
        signal.removeEventListener('abort', abort);
        resolve();
      };
      const abort = (): void => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(toAbortError(signal));
      };
      signal.addEventListener('abort', abort, { once: true });
      waiting.push(go);
    });

  const release = async (session: S): Promise<void> => {
    if (session.isOpen && !isClosed && pauses === 0) idle.push(session);
    else await session.end();
  };

  const lend = async <T>(
    signal: AbortSignal,
    use: (session: S, isKept: boolean) => Promise<T>,
  ): Promise<T> => {
    if (signal.aborted) throw toAbortError(signal);
    if (isClosed) throw new WireError('cancelled', 'opsdeck has closed this source, so nothing more is read');
    while (count >= most || pauses > 0) await turn(signal);
    count += 1;
    try {
      const kept = idle.splice(0).filter(({ isOpen }) => isOpen);
      const pooled = kept.pop();
      idle.push(...kept);
      const session = pooled ?? (await open(signal));
      try {
        return await use(session, pooled !== undefined);
      } finally {
        await release(session);
      }
    } finally {
      count -= 1;
      waiting.shift()?.();
    }
  };

  /** Runs `use` with an idle session. Nothing when it has ended meanwhile. */
  const tryIdle = async <T>(session: S, use: (session: S) => Promise<T>): Promise<readonly T[]> => {
    count += 1;
    try {
      return [await use(session)];
    } catch (error) {
      if (session.isOpen) throw error;
      return [];
    } finally {
      await release(session);
      count -= 1;
      waiting.shift()?.();
    }
  };

  return {
    with: lend,
    withIdle: async (signal, use) => {
      const kept = idle.splice(0).filter(({ isOpen }) => isOpen);
      const results = (await Promise.all(kept.map((session) => tryIdle(session, use)))).flat();
      return results.length > 0 ? results : [await lend(signal, use)];
    },
    pause: async () => {
      pauses += 1;
      await Promise.all(idle.splice(0).map((session) => session.end()));
      return () => {
        pauses -= 1;
        for (const go of waiting.splice(0)) go();
      };
    },
    close: async () => {
      isClosed = true;
      await Promise.all(idle.splice(0).map((session) => session.end()));
    },
  };
};

/**
 * Runs `use` with a pooled session. One that has ended while idle is replaced, since that implies nothing about the
 * server now.
 */
export const withLiveSession = async <S extends PooledSession, T>(
  sessions: SessionPool<S>,
  signal: AbortSignal,
  use: (session: S, isKept: boolean) => Promise<T>,
): Promise<T> => {
  for (;;) {
    const outcome = await sessions.with(signal, async (session, isKept) => {
      try {
        return { result: await use(session, isKept) };
      } catch (error) {
        const isLoss = error instanceof WireError && error.kind === 'unreachable' && !session.isOpen;
        if (!isKept || signal.aborted || !isLoss) throw error;
        return undefined;
      }
    });
    if (outcome !== undefined) return outcome.result;
  }
};
