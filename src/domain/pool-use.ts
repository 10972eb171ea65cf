import type { Pool } from './facts.ts';

/** The part of a pool that is in use, 0 to 1 (more when it overflows); undefined when active or max is not reported, or max is 0. */
export const utilOf = ({ active, max }: Pool): number | undefined =>
  active === undefined || max === undefined || max <= 0 ? undefined : active / max;

/** From this part on a pool is near its maximum. */
const nearMax = 0.8;

type PoolWord = 'exhausted' | 'near max' | 'ok' | 'unknown';

/** Exhausted: every connection is taken and somebody waits. Without active or max it is unknown. */
export const poolWord = (pool: Pool): PoolWord => {
  const util = utilOf(pool);
  if (util === undefined) return 'unknown';
  if (util >= 1 && (pool.pending ?? 0) > 0) return 'exhausted';
  return util >= nearMax ? 'near max' : 'ok';
};
