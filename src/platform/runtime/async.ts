import { toAbortError } from './wire-error.ts';

/** Returns a function that calls `make` once and returns the same value to all callers. */
export const memoize = <T>(make: () => T): (() => T) => {
  let made: { readonly it: T } | undefined;
  return () => {
    made ??= { it: make() };
    return made.it;
  };
};

const waiting: (() => void)[] = [];

const resumeNext = (): void => {
  waiting.shift()?.();
  if (waiting.length > 0) setImmediate(resumeNext);
};

/**
 * Resolves after everything else that is ready has run. Long work yields to the event loop with it, between slices of a few
 * milliseconds. Only one slice runs per turn, so that a turn is not longer where many works are under way.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === 1) setImmediate(resumeNext);
  });

/**
 * Resolves when all of these have ended. Keeps none of their results: where each promise is joined with the next one, the result
 * of `Promise.all` would contain all before it.
 */
export const whenAll = async (works: readonly (Promise<unknown> | undefined)[]): Promise<void> => {
  await Promise.all(works);
};

/**
 * Returns the result of some work, or undefined as soon as the signal aborts; the work then continues unobserved. Removes its
 * listener: with one, Node keeps a signal of `AbortSignal.any` for as long as its sources, and all that waits for it.
 */
export const orAborted = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> => {
  const aborted = Promise.withResolvers<undefined>();
  const abort = (): void => aborted.resolve(undefined);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
};

/**
 * Returns the result of some work, or throws WireError as soon as the signal aborts; the work then continues
 * unobserved.
 */
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
