import type { Millis } from '../../domain/fault.ts';
import { WireError } from '../../platform/failures.ts';
import type { LokiClient } from './client.ts';

/** The tail of a query. */
export interface TailSocket {
  /** Ends with the socket, however it ends. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Why it ended, when something cut it; undefined when its time was over, or Loki ended it. */
  problem(): WireError | undefined;
  close(): void;
}

/** Opens the tail of a query for `forMs`; gives the WireError of one that is refused. Rejects when the signal aborts. */
export const openSocket = async (
  client: LokiClient,
  query: string,
  forMs: Millis,
  signal: AbortSignal,
): Promise<TailSocket | WireError> => {
  const isOurs = (error: unknown): error is WireError => error instanceof WireError && !signal.aborted;
  let isDue = false;
  let problem: WireError | undefined;
  try {
    const wire = await client.tail(query, signal);
    const over = new AbortController();
    void client.clock.sleep(forMs, over.signal).then(() => {
      if (over.signal.aborted) return;
      isDue = true;
      wire.close();
    });
    return {
      messages: {
        async *[Symbol.asyncIterator]() {
          try {
            yield* wire.messages;
          } catch (error) {
            if (!isOurs(error)) throw error;
            if (!isDue) problem = error;
          }
        },
      },
      problem: () => problem,
      close: () => {
        over.abort();
        wire.close();
      },
    };
  } catch (error) {
    if (isOurs(error)) return error;
    throw error;
  }
};
