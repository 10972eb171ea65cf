import type { Millis } from '../../domain/base/fault.ts';
import type { Tier } from '../../domain/profile/profile.ts';
import type { Guard } from '../../domain/runbooks/guard.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import { isBlankText } from '../../domain/text/visible-text.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { ArmingState } from '../../store/cockpit.ts';
import { type ClockInstant, clockInstant, elapsedSince } from '../environment/clock-instant.ts';
import { answerFlag } from '../policy/answer-flags.ts';
import { isProduction } from '../policy/tiers.ts';

/** Arming of one environment by this process. Held in memory only: another process is not armed by it. */
export interface ArmingControl {
  /** Arms for `guard.arm`, or restarts that time. Returns why it could not: a reason is required. */
  arm(reason: string): string | undefined;
  disarm(): void;
  /** The arming state at `now`. `armedUntil` is absent when the environment is not armed. */
  state(now: Millis): ArmingState;
}

/**
 * Creates the arming control of one environment: timed, with a reason. Arming ends when either the steady clock or
 * the wall clock says that the time has passed, so that neither a suspended machine nor a clock set back extends it.
 */
export const createArming = (guard: Guard, tier: Tier, clock: Clock): ArmingControl => {
  const readOnly = isProduction(tier) || guard.readOnly;
  let armed: { readonly reason: string; readonly since: ClockInstant } | undefined;
  return {
    arm: (reason) => {
      const words = reason.trim();
      if (isBlankText(words)) return 'arming requires a reason: say why this environment must be changed now';
      armed = { reason: words, since: clockInstant(clock) };
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

/** The requirement of an environment that is read-only. */
export const armingNeeded = (env: string): string =>
  `${env} is read-only until armed with a reason ${answerFlag.arm}`;

/** Returns the reason an environment may not be changed now. Worded for a terminal and for a script. */
export const armingRefusal = ({ env, gate }: Proposal, arming: ArmingState): string | undefined =>
  gate.arm && arming.armedUntil === undefined ? armingNeeded(env) : undefined;
