import type { Pool } from './fact.ts';

/** The connections of a pool that are in use; of a server's slots those that are taken, also by idle sessions. */
export const inUse = ({ active, taken = active }: Pick<Pool, 'active' | 'taken'>): number | undefined =>
  taken;

/** The part of a pool that is in use, 0 to 1 (more when it overflows); undefined when its use or max is not reported, or max is 0. */
export const utilOf = (pool: Pool): number | undefined => {
  const [used, max] = [inUse(pool), pool.max];
  return used === undefined || max === undefined || max <= 0 ? undefined : used / max;
};

/** From this part on a pool is near its maximum. */
const nearMax = 0.8;

type PoolWord = 'exhausted' | 'near max' | 'ok' | 'unknown';

/** Exhausted: every connection is taken and a request waits; of a server's slots, which have no queue, every slot is taken. */
export const poolWord = (pool: Pool): PoolWord => {
  const util = utilOf(pool);
  if (util === undefined) return 'unknown';
  if (util >= 1 && (pool.taken !== undefined || (pool.pending ?? 0) > 0)) return 'exhausted';
  return util >= nearMax ? 'near max' : 'ok';
};
