import type { Pool } from './fact.ts';

/** Returns the used connections of a pool; for a server's slots, including those of idle sessions. */
export const inUse = ({ active, taken = active }: Pick<Pool, 'active' | 'taken'>): number | undefined =>
  taken;

/**
 * Returns the used share of a pool, 0 to 1 (more when it overflows); undefined when use or max is not reported, or max
 * is 0.
 */
export const utilOf = (pool: Pool): number | undefined => {
  const used = inUse(pool);
  const max = pool.max;
  return used === undefined || max === undefined || max <= 0 ? undefined : used / max;
};

/** From this share on a pool is near its maximum. */
const nearMax = 0.8;

type PoolWord = 'exhausted' | 'near max' | 'ok' | 'unknown';

/**
 * Classifies a pool. Exhausted: every connection is in use and a request waits; for a server's slots, which have no
 * queue, every slot is in use.
 */
export const poolWord = (pool: Pool): PoolWord => {
  const util = utilOf(pool);
  if (util === undefined) return 'unknown';
  if (util >= 1 && (pool.taken !== undefined || (pool.pending ?? 0) > 0)) return 'exhausted';
  return util >= nearMax ? 'near max' : 'ok';
};
