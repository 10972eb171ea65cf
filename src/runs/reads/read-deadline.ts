import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import { callWithDeadline } from '../../scheduler/call-with-deadline.ts';

/** The time limit for the reads of one plan, recheck or identity check. */
const readsMs: Millis = 20_000;

/** Runs reads of a source with the executor's deadline. Throws what they throw. */
export const withDeadline = async <T>(
  call: (signal: AbortSignal) => Promise<T>,
  clock: Clock,
  signal: AbortSignal,
  longestMs = readsMs,
): Promise<T> => {
  const stop = new AbortController();
  const cancel = (): void => stop.abort(signal.reason);
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const outcome = await callWithDeadline(call, clock, longestMs, stop).outcome;
  signal.removeEventListener('abort', cancel);
  if (outcome.is === 'answered') return outcome.value;
  throw outcome.is === 'threw' ? outcome.error : stop.signal.reason;
};
