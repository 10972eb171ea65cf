import type { Millis } from '../../domain/base/fault.ts';
import type { Clock } from '../../platform/runtime/clock.ts';

/** A moment on both clocks. */
export interface ClockInstant {
  readonly steady: Millis;
  readonly wall: Millis;
}

export const clockInstant = (clock: Clock): ClockInstant => {
  const steady = clock.now();
  return { steady, wall: steady + clock.wallOffset() };
};

/**
 * The ms that have passed since, by whichever clock says more: the steady clock stops while a machine sleeps, and the
 * wall clock can be set back. For permissions that must end, never for measurements.
 */
export const elapsedSince = (since: ClockInstant, now: Millis, clock: Clock): Millis =>
  Math.max(now - since.steady, now + clock.wallOffset() - since.wall);
