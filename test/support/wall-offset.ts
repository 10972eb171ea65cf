import type { Millis } from '../../src/domain/base/fault.ts';
import type { Clock } from '../../src/platform/runtime/clock.ts';

/** The clock on a machine whose wall clock is `wallOffset` ahead. */
export const withWallOffset = <T extends Clock>(clock: T, wallOffset: () => Millis): T => ({
  ...clock,
  wallOffset,
  wallNow: () => clock.now() + wallOffset(),
});
