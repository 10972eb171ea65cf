import type { Sample } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import type { Breaker } from '../../kinds/breakers/fact.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import { WireError } from '../../platform/failures.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { type MetricRead, metricRead } from './config.ts';
import { distinct, feedOf, type Instance, type Missing, notExposed } from './instance.ts';
import { type Meter, parseBreakers, parseMeter, type ReadBreaker } from './parse.ts';

/** The circuit breakers of one instance now. Throws WireError. Source: resilience4j, circuitbreakers endpoint. */
export const readBreakers = async (
  instance: Instance,
  signal: AbortSignal,
): Promise<readonly ReadBreaker[]> =>
  parseBreakers(
    await instance.ask(
      '/circuitbreakers',
      signal,
      notExposed('circuitbreakers', '; a service without breakers says breakers: false'),
    ),
  );

/** The circuit breakers of one instance: state, rates in percent (absent with too few calls), calls in the window. */
export const breakersFeed = (instance: Instance): Feed =>
  feedOf(instance, { name: 'breakers', kind: 'breakers' }, async (signal): Promise<Batch<Breaker>> => {
    try {
      const breakers = await readBreakers(instance, signal);
      const stamp = {
        source: instance.source,
        at: instance.now(),
        service: instance.service,
        instance: instance.name,
      };
      return {
        items: breakers.map(({ word: _, addressable: __, ...breaker }) => ({ ...stamp, ...breaker })),
        faults: [],
      };
    } catch (error) {
      return { items: [], faults: [instance.endpoint.fault('/circuitbreakers', error)] };
    }
  });

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

type Tags = readonly (readonly [string, string])[];

/** '/metrics/jvm.memory.used?tag=area%3Aheap' */
export const meterPath = (meter: string, tags: Tags): string => {
  const query = tags.map(([name, value]) => `tag=${encodeURIComponent(`${name}:${value}`)}`).join('&');
  return `/metrics/${encodeURIComponent(meter)}${query === '' ? '' : `?${query}`}`;
};

/** One meter now, narrowed by tags. Throws WireError: `missing` when nobody has registered it. */
export const readMeter = async (
  instance: Instance,
  meter: string,
  tags: Tags,
  signal: AbortSignal,
): Promise<Meter> =>
  parseMeter(await instance.ask(meterPath(meter, tags), signal, notRegistered(instance, meter)));

const notRegistered = ({ endpoint }: Instance, meter: string): Missing => ({
  why: `answered 404: "${meter}" is not registered yet (nothing was measured so far), or metrics is not exposed`,
  remedy: `check the name at ${endpoint.url('/metrics')}; expose metrics by management.endpoints.web.exposure.include`,
});

/** A signal's statistic of one instance: one sample, without a value (and with the reason) when there is none. */
export const meterFeed = (instance: Instance, signal: WantedSignal, labelled: boolean): Feed => {
  const wanted = metricRead(signal.read);
  const stamp = {
    source: instance.source,
    signal: signal.id,
    labels: labelled ? { instance: instance.name } : {},
  };
  const words = { name: 'metrics', kind: 'samples', part: signal.id, signals: [signal.id] } as const;
  return feedOf(instance, words, async (aborted): Promise<Batch<Sample>> => {
    const found = await firstMeter(instance, wanted, aborted);
    const at = instance.now();
    if (!('fault' in found))
      return { items: [{ ...stamp, at, ...statisticOf(found, wanted.statistic) }], faults: [] };
    const { fault } = found;
    const absent = fault.kind === 'missing' ? [{ ...stamp, at, why: fault.message }] : [];
    return { items: absent, faults: [fault] };
  });
};

/** The first meter that exists, or the fault that kept us from one. */
const firstMeter = async (
  instance: Instance,
  wanted: MetricRead,
  signal: AbortSignal,
): Promise<Meter | { readonly fault: Fault }> => {
  let last: { readonly fault: Fault } | undefined;
  for (const meter of wanted.meters) {
    try {
      return await readMeter(instance, meter, wanted.tags, signal);
    } catch (error) {
      last = { fault: instance.endpoint.fault(meterPath(meter, wanted.tags), error) };
      if (!(error instanceof WireError && error.kind === 'missing')) return last;
    }
  }
  return last ?? { fault: instance.endpoint.fault('/metrics', new Error('no meter is named')) };
};

const byDefault = ['VALUE', 'COUNT'];

const statisticOf = (meter: Meter, wanted: string | undefined): Pick<Sample, 'value' | 'why'> => {
  const has = [...meter.statistics.keys()];
  const name = wanted ?? byDefault.find((one) => meter.statistics.has(one)) ?? has[0] ?? '';
  if (!meter.statistics.has(name)) return { why: `${meter.name} has no ${name}; it has ${has.join(', ')}` };
  const value = meter.statistics.get(name);
  return value === undefined ? { why: `${meter.name} has no number for ${name} yet` } : { value };
};
