import { durationText } from '../../domain/duration.ts';
import type { Millis } from '../../domain/fault.ts';
import type { Guard } from '../../domain/guard.ts';
import type { ActsCounted } from './acts-counted.ts';
import type { Looked } from './looked.ts';

/** Whole seconds, and never none: 'in 0s' would be now. */
const inText = (ms: Millis): string => durationText(Math.max(1, Math.ceil(ms / 1000)) * 1000);

/**
 * Whether so many more acts fit below the rate, and when they will. `mine`: how many of them; `now`: wall-clock ms.
 */
export const rateLooked = (
  { acts, perMs }: NonNullable<Guard['rate']>,
  { at, whole }: ActsCounted,
  mine: number,
  now: Millis,
): Looked => {
  const rate = `${acts} act${acts === 1 ? '' : 's'} in ${durationText(perMs)}`;
  const forbids = (why: string, remedy: string): Looked => ({
    check: { what: 'rate', ok: false, why, remedy },
    does: 'forbids',
  });
  if (mine > acts) return forbids(`it would be ${mine}, more than ${rate}`, 'choose fewer');
  const over = at.length + mine - acts;
  if (over > 0) {
    const free = at[over - 1] ?? now;
    return forbids(
      `${at.length} of ${rate} are used, and this would be ${mine} more`,
      `they fit in ${inText(free + perMs - now)}`,
    );
  }
  if (!whole)
    return {
      check: { what: 'rate', ok: 'unknown', why: `${rate}: the ledger has more than was read of it` },
      does: 'passes',
    };
  return { check: { what: 'rate', ok: true, why: `${at.length} of ${rate} are used` }, does: 'passes' };
};
