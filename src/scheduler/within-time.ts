import type { Millis } from '../domain/fault.ts';
import type { Clock } from '../platform/clock.ts';

/** Calls something with a signal that aborts after a time, or with the given one. */
export const withinTime = async <T>(
  clock: Clock,
  timeoutMs: Millis,
  signal: AbortSignal | undefined,
  call: (over: AbortSignal) => Promise<T>,
): Promise<T> => {
  const limit = clock.deadline(timeoutMs);
  try {
    return await call(signal === undefined ? limit.signal : AbortSignal.any([limit.signal, signal]));
  } finally {
    limit.clear();
  }
};
