import type { Millis } from '../domain/base/fault.ts';
import type { Clock } from '../platform/runtime/clock.ts';

/** Outcome of a call to a source. `overdue`: the call ignored its signal and is no longer awaited. */
export type CallOutcome<T> =
  | { readonly is: 'answered'; readonly value: T }
  | { readonly is: 'threw'; readonly error: unknown }
  | { readonly is: 'overdue' };

interface BoundedCall<T> {
  /** Never rejects; resolves within the time-out plus the grace period. */
  readonly outcome: Promise<CallOutcome<T>>;
  /** Resolves when the call has actually ended, which may be long after `overdue`. */
  readonly ended: Promise<void>;
}

/** Grace period in ms that a source gets after its signal has aborted, to clean up and respond. */
const graceMs: Millis = 250;

/**
 * Resolves when the signal aborts, or immediately if it already has. Leaves a listener on it: only for a signal that nothing
 * keeps after the call.
 */
const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Calls a source with a deadline. `stop` ends the call early; the deadline aborts the same controller. */
export const callWithDeadline = <T>(
  call: (signal: AbortSignal) => Promise<T>,
  clock: Clock,
  timeoutMs: Millis,
  stop: AbortController,
): BoundedCall<T> => {
  const deadline = clock.deadline(timeoutMs);
  deadline.signal.addEventListener('abort', () => stop.abort(deadline.signal.reason), { once: true });
  const answer = (async (): Promise<CallOutcome<T>> => {
    try {
      return { is: 'answered', value: await call(stop.signal) };
    } catch (error) {
      return { is: 'threw', error };
    }
  })();
  const over = new AbortController();
  const overdue = whenAborted(stop.signal)
    .then(() => clock.sleep(graceMs, over.signal))
    .then((): CallOutcome<T> => ({ is: 'overdue' }));
  const outcome = Promise.race([answer, overdue]).finally(() => {
    deadline.clear();
    // Without a reason, an exception with its stack would be created for every call.
    over.abort('answered');
  });
  return { outcome, ended: answer.then(() => undefined) };
};
