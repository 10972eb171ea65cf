import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import { WireError } from '../../platform/failures.ts';
import type { Feed } from '../source.ts';
import { distinct, feedOf, type Instance } from './instance.ts';
import { meterPath, readMeter } from './meters.ts';

const root = 'hikaricp.connections';
const counts = ['active', 'idle', 'pending', 'max'] as const;
type Count = (typeof counts)[number];

/**
 * The Hikari pools of one instance, one row per `pool` tag: connections active, idle, allowed at most (`max`), and
 * threads waiting for one (`pending`). A service without Hikari has no rows and, unless `pools: true`, no fault.
 * Source: Micrometer, HikariCP metrics.
 */
export const poolsFeed = (instance: Instance): Feed =>
  feedOf(instance, { name: 'pools', kind: 'pools' }, async (signal): Promise<Batch<Pool>> => {
    try {
      const names = (await readMeter(instance, root, [], signal)).tags.get('pool') ?? [''];
      const pools = await Promise.all(names.map((name) => readPool(instance, name, signal)));
      return {
        items: pools.flatMap(({ pool }) => pool ?? []),
        faults: distinct(pools.flatMap(({ faults }) => faults)),
      };
    } catch (error) {
      const none = error instanceof WireError && error.kind === 'missing' && instance.config.pools !== true;
      return { items: [], faults: none ? [] : [instance.endpoint.fault(meterPath(root, []), error)] };
    }
  });

/** One pool: what of its counts could be read, and the faults of the others. */
const readPool = async (
  instance: Instance,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly pool: Pool | undefined; readonly faults: readonly Fault[] }> => {
  const tags = name === '' ? [] : [['pool', name] as const];
  const faults: Fault[] = [];
  const readCount = async (what: Count): Promise<readonly [Count, number | undefined]> => {
    const meter = `${root}.${what}`;
    try {
      return [what, (await readMeter(instance, meter, tags, signal)).statistics.get('VALUE')];
    } catch (error) {
      faults.push(instance.endpoint.fault(meterPath(meter, tags), error));
      return [what, undefined];
    }
  };
  const read = (await Promise.all(counts.map(readCount))).filter(([, value]) => value !== undefined);
  const pool: Pool = {
    source: instance.source,
    at: instance.now(),
    service: instance.service,
    instance: instance.name,
    name,
    kind: 'hikari',
    ...Object.fromEntries(read),
  };
  return { pool: read.length === 0 ? undefined : pool, faults };
};
