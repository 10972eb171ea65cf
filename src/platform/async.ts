import { toAbortError } from './wire-error.ts';

/** Makes the thing by the first call and gives the same to all. */
export const memoize = <T>(make: () => T): (() => T) => {
  let made: { readonly it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
};

/** Resolves after everything else that is ready has had its turn: what takes long is done in pieces with this between. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The outcome of some work, unless the signal aborts first: the work then goes on alone. Throws WireError for an abort. */
export const withAbort = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  if (signal.aborted) throw toAbortError(signal);
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(toAbortError(signal));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
