import { z } from 'zod';
import type { PlannedReset } from '../../../domain/runbooks/operation.ts';
import { formatDuration, parseDuration } from '../../../domain/text/duration.ts';

const shortestMs = 10_000;
const longestMs = 24 * 3_600_000;

const isInRange = (text: string): boolean => {
  const ms = parseDuration(text);
  return ms !== undefined && ms >= shortestMs && ms <= longestMs;
};

/** The parameter `for` of an operation whose change can be temporary: the time until its automatic reset. */
export const zResetAfter = z
  .string()
  .refine(isInRange, {
    error: `this is not a duration between ${formatDuration(shortestMs)} and ${formatDuration(longestMs)}: use 30s, 15m or 2h`,
  })
  .meta({
    description: 'how long the new value stays until opsdeck restores the previous one (default: for good)',
    examples: ['15m'],
  });

/** The reset of a plan. `leaves`: the `saw` of its targets while the change is in effect. */
export const plannedReset = (
  after: string | undefined,
  leaves: string,
): { readonly reset?: PlannedReset } => {
  const afterMs = after === undefined ? undefined : parseDuration(after);
  return afterMs === undefined ? {} : { reset: { afterMs, leaves } };
};
