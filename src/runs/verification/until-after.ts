import type { Millis } from '../../domain/fault.ts';
import type { Clock } from '../../platform/clock.ts';

/** Time has whole ms: a reading that begins in the very ms of a moment cannot be told from one before it. */
export const untilAfter = async (moment: Millis, clock: Clock, signal: AbortSignal): Promise<void> => {
  while (clock.now() <= moment && !signal.aborted) await clock.sleep(1, signal);
};
