import { abortWireError } from '../../platform/wire-error.ts';

/** Lets several wait for a change. */
export interface Signpost {
  changed(): void;
  /** Resolves as soon as `holds` does, looked at after each change. Throws WireError when the signal aborts. */
  until(holds: () => boolean, signal: AbortSignal): Promise<void>;
}

export const createSignpost = (): Signpost => {
  let next = Promise.withResolvers<void>();
  return {
    changed: () => {
      next.resolve();
      next = Promise.withResolvers<void>();
    },
    until: async (holds, signal) => {
      if (signal.aborted) throw abortWireError(signal);
      const aborted = Promise.withResolvers<never>();
      const abort = (): void => aborted.reject(abortWireError(signal));
      signal.addEventListener('abort', abort, { once: true });
      try {
        while (!holds()) await Promise.race([next.promise, aborted.promise]);
      } finally {
        signal.removeEventListener('abort', abort);
      }
    },
  };
};
