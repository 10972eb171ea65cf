import { abortWireError } from './wire-error.ts';

/** The outcome of some work, unless the signal aborts first: the work then goes on alone. Throws WireError for an abort. */
export const within = async <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => {
  if (signal.aborted) throw abortWireError(signal);
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(abortWireError(signal));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};
