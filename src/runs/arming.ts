import type { Millis } from '../domain/fault.ts';
import type { Guard } from '../domain/guard.ts';
import type { Tier } from '../domain/profile.ts';
import type { Clock } from '../platform/clock.ts';
import type { Arming } from '../store/cockpit.ts';
import { elapsedSince, type Moment, momentOf } from './moment.ts';
import { isProduction } from './policy/tiers.ts';

/** Whether this process may change what is read-only until armed. Held in memory only: another process is not armed by it. */
export interface ArmingControl {
  /** Arms for `guard.arm`, or anew from now. Returns why it did not, if it did not: a reason is needed. */
  arm(reason: string): string | undefined;
  disarm(): void;
  /** Armed until when and why, at `now`; without `armedUntil`: not armed. */
  state(now: Millis): Arming;
}

/**
 * Arming for one environment: timed, with a reason, ending by itself. It ends when either the steady clock or the
 * wall clock says that its time has passed, so that neither a suspended machine nor a clock set back lengthens it.
 */
export const createArming = (guard: Guard, tier: Tier, clock: Clock): ArmingControl => {
  const readOnly = isProduction(tier) || guard.readOnly;
  let armed: { readonly reason: string; readonly since: Moment } | undefined;
  return {
    arm: (reason) => {
      const words = reason.trim();
      if (words === '') return 'arming needs a reason: say why this environment may be changed now';
      armed = { reason: words, since: momentOf(clock) };
      return undefined;
    },
    disarm: () => {
      armed = undefined;
    },
    state: (now) => {
      if (armed !== undefined && elapsedSince(armed.since, now, clock) >= guard.armMs) armed = undefined;
      if (armed === undefined) return { readOnly, forMs: guard.armMs };
      return {
        readOnly,
        forMs: guard.armMs,
        armedUntil: armed.since.steady + guard.armMs,
        reason: armed.reason,
      };
    },
  };
};
