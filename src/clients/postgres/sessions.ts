import { WireError } from '../../platform/failures.ts';
import { abortWireError } from '../../platform/wire-error.ts';
import type { Session } from './session.ts';

/** Sessions on one server that are kept from one question to the next. */
export interface Sessions {
  /** Lends a session to `use`, and takes it back unless it is lost. Waits for one when all are lent. */
  with<T>(signal: AbortSignal, use: (session: Session, isKept: boolean) => Promise<T>): Promise<T>;
  /** Ends those that nobody uses now, and lends none until what it gives back is called. */
  pause(): Promise<() => void>;
  close(): Promise<void>;
}

/** Enough that one slow question delays no other, few enough that a server short of slots does not feel us. */
const most = 2;

export const keepSessions = (open: (signal: AbortSignal) => Promise<Session>): Sessions => {
  const idle: Session[] = [];
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
        reject(abortWireError(signal));
      };
      signal.addEventListener('abort', abort, { once: true });
      waiting.push(go);
    });

  return {
    with: async (signal, use) => {
      if (signal.aborted) throw abortWireError(signal);
      if (isClosed) throw new WireError('cancelled', 'this source is closed');
      while (count >= most || pauses > 0) await turn(signal);
      count += 1;
      try {
        const kept = idle.splice(0).filter(({ isOpen }) => isOpen);
        const mine = kept.pop();
        idle.push(...kept);
        const session = mine ?? (await open(signal));
        try {
          return await use(session, mine !== undefined);
        } finally {
          if (session.isOpen && !isClosed && pauses === 0) idle.push(session);
          else await session.end();
        }
      } finally {
        count -= 1;
        waiting.shift()?.();
      }
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
