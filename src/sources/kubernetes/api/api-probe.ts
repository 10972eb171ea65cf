import type { Millis } from '../../../domain/base/fault.ts';
import type { Clock } from '../../../platform/runtime/clock.ts';
import { toAbortError } from '../../../platform/runtime/wire-error.ts';

/** Tells whether the API responds while the watches are quiet. */
export interface ApiProbe {
  /** Notes a response of the API, to any request. */
  heard(): void;
  /**
   * Resolves if the API has responded within the last second, or responds now. One request serves all callers that
   * wait. Throws WireError.
   */
  confirm(signal: AbortSignal): Promise<void>;
}

/** The feeds of a source are read one after another: one response counts for all of them. */
const recentMs: Millis = 1000;

/** Creates a probe. `ask` sends the request; it ends after `timeoutMs`. */
export const createApiProbe = (
  clock: Clock,
  timeoutMs: Millis,
  ask: (signal: AbortSignal) => Promise<void>,
): ApiProbe => {
  let heardAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;
  const heard = (): void => {
    heardAt = clock.now();
  };
  const askOnce = async (): Promise<void> => {
    const { signal, clear } = clock.deadline(timeoutMs);
    try {
      await ask(signal);
      heard();
    } finally {
      clear();
      asking = undefined;
    }
  };
  return {
    heard,
    confirm: async (signal) => {
      if (signal.aborted) throw toAbortError(signal);
      if (clock.now() - heardAt <= recentMs) return;
      asking ??= askOnce();
      const aborted = Promise.withResolvers<never>();
      const abort = (): void => aborted.reject(toAbortError(signal));
      signal.addEventListener('abort', abort, { once: true });
      try {
        await Promise.race([asking, aborted.promise]);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
  };
};
