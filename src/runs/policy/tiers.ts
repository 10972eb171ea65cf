import type { Tier } from '../../domain/profile/profile.ts';

/** The tiers in ascending order of strictness. */
export const tiers: readonly Tier[] = ['local', 'dev', 'staging', 'production'];

/** The tier of an unknown one: the strictest. */
export const defaultTier: Tier = 'production';

export const isTier = (text: string | undefined): text is Tier => tiers.some((tier) => tier === text);

/** Negative when `a` is less strict than `b`, positive when it is stricter. */
export const compareTiers = (a: Tier, b: Tier): number => tiers.indexOf(a) - tiers.indexOf(b);

export const isStricter = (a: Tier, b: Tier): boolean => compareTiers(a, b) > 0;

export const strictestTier = (a: Tier, b: Tier): Tier => (isStricter(b, a) ? b : a);

/** True for production, which is read-only until armed, whatever its profile says. */
export const isProduction = (tier: Tier): boolean => tier === 'production';
