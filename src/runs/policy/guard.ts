import type { Millis } from '../../domain/fault.ts';
import type { Guard } from '../../domain/guard.ts';
import type { Danger } from '../../domain/operation.ts';
import type { Tier } from '../../domain/profile.ts';
import { isProduction } from './tiers.ts';

/** The shortest cancel window, which production's gates have; a profile may ask for a longer one. */
export const minCancelWindowMs: Millis = 5000;

/** From this danger on names are typed, where the profile says nothing else. */
export const defaultTypedDanger: Danger = 'destructive';

/** How long arming lasts, where the profile says nothing else. */
const usualArmMs: Millis = 15 * 60_000;

/** What a tier asks for by itself. */
export const defaultGuard = (tier: Tier): Guard => ({
  readOnly: isProduction(tier),
  armMs: usualArmMs,
  cancelWindowMs: minCancelWindowMs,
  typed: defaultTypedDanger,
});

/** What a profile's guard asks for, of what a tier's guard has, too. */
interface ProfileGuard {
  readonly readOnly?: boolean | undefined;
  readonly armMs?: Millis | undefined;
  readonly cancelWindowMs?: Millis | undefined;
  readonly typed?: Danger | undefined;
}

/** The key of a guard that asks for less than its tier, why that is refused, and what to do. */
interface GuardRelaxation {
  readonly key: 'readOnly' | 'arm' | 'cancelWindow';
  readonly what: string;
  readonly todo: string;
}

/** What a profile's guard would lower: each is an error. */
export const guardRelaxations = (tier: Tier, asked: ProfileGuard): readonly GuardRelaxation[] => {
  const lowered: GuardRelaxation[] = [];
  if (asked.readOnly === false && isProduction(tier))
    lowered.push({
      key: 'readOnly',
      what: 'production is always read-only until armed',
      todo: 'remove it',
    });
  if (asked.armMs === 0)
    lowered.push({ key: 'arm', what: 'the arming time must be longer than 0s', todo: 'write 15m' });
  if (asked.cancelWindowMs !== undefined && asked.cancelWindowMs < minCancelWindowMs)
    lowered.push({
      key: 'cancelWindow',
      what: 'the cancel window must be at least 5s',
      todo: 'write 5s or more',
    });
  return lowered;
};

/** The guard of a tier, raised by what the profile asks for, never lowered. */
export const mergeGuard = (tier: Tier, asked: ProfileGuard): Guard => {
  const usual = defaultGuard(tier);
  return {
    readOnly: usual.readOnly || asked.readOnly === true,
    armMs: asked.armMs || usual.armMs,
    cancelWindowMs: Math.max(usual.cancelWindowMs, asked.cancelWindowMs ?? 0),
    typed: asked.typed ?? usual.typed,
  };
};
