import type { Millis } from '../../domain/base/fault.ts';
import type { Tier } from '../../domain/profile/profile.ts';
import type { Guard } from '../../domain/runbooks/guard.ts';
import type { Danger } from '../../domain/runbooks/operation.ts';
import { isProduction } from './tiers.ts';

/** The minimum cancel window, used by production's gates. A profile may extend it. */
export const minCancelWindowMs: Millis = 5000;

/** The default danger from which names are typed. */
export const defaultTypedDanger: Danger = 'destructive';

/** The default arming time. */
const usualArmMs: Millis = 15 * 60_000;

/** The default guard of a tier. */
export const defaultGuard = (tier: Tier): Guard => ({
  readOnly: isProduction(tier),
  armMs: usualArmMs,
  cancelWindowMs: minCancelWindowMs,
  typed: defaultTypedDanger,
});

/** The guard settings of a profile that a tier also has. */
interface ProfileGuard {
  readonly readOnly?: boolean | undefined;
  readonly armMs?: Millis | undefined;
  readonly cancelWindowMs?: Millis | undefined;
  readonly typed?: Danger | undefined;
}

/** A guard setting weaker than its tier's, why it is refused, and the remedy. */
interface GuardRelaxation {
  readonly key: 'readOnly' | 'arm' | 'cancelWindow';
  readonly what: string;
  readonly todo: string;
}

/** Lists the guard settings that would lower a tier's guard: each is an error. */
export const guardRelaxations = (tier: Tier, requested: ProfileGuard): readonly GuardRelaxation[] => {
  const lowered: GuardRelaxation[] = [];
  if (requested.readOnly === false && isProduction(tier))
    lowered.push({
      key: 'readOnly',
      what: 'production is always read-only until armed',
      todo: 'remove the key',
    });
  if (requested.armMs === 0)
    lowered.push({ key: 'arm', what: 'the arming time must be longer than 0s', todo: 'write 15m' });
  if (requested.cancelWindowMs !== undefined && requested.cancelWindowMs < minCancelWindowMs)
    lowered.push({
      key: 'cancelWindow',
      what: 'the cancel window must be at least 5s',
      todo: 'write 5s or more',
    });
  return lowered;
};

/** The guard of a tier, raised by the profile, never lowered. */
export const mergeGuard = (tier: Tier, requested: ProfileGuard): Guard => {
  const usual = defaultGuard(tier);
  return {
    readOnly: usual.readOnly || requested.readOnly === true,
    armMs: requested.armMs || usual.armMs,
    cancelWindowMs: Math.max(usual.cancelWindowMs, requested.cancelWindowMs ?? 0),
    typed: requested.typed ?? usual.typed,
  };
};
