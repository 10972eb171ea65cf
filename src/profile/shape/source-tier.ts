import { z } from 'zod';
import { tiers } from '../../runs/policy/tiers.ts';

/** The tier of the system that a source leads to: never stricter than its environment's, whose gates hold. */
export const zSourceTier = z
  .enum(tiers)
  .meta({ description: "the tier of what it leads to, where that is lower than the environment's" });
