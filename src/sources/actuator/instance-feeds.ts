import { defined } from '../../domain/base/defined.ts';
import { distinctFaults, type Fault, type Millis } from '../../domain/base/fault.ts';
import type { Sample } from '../../domain/facts/facts.ts';
import type { Reading } from '../../domain/facts/reading.ts';
import type { Breaker } from '../../kinds/breakers/fact.ts';
import type { Pool } from '../../kinds/pools/fact.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import type { Feed, SignalRequest } from '../kit/contract/source.ts';
import { type MeterRead, parseMeterRead } from './config.ts';
import { createHalfOpenTimers } from './half-open-timer.ts';
import {
  type ActuatorInstance,
  createInstanceFeed,
  endpointNotExposed,
  type MissingEndpointHint,
} from './instance.ts';
import { type ActuatorMeter, count, type ParsedBreaker, parseBreakers, parseMeter } from './parse.ts';

/** Reads the circuit breakers of one instance. Throws WireError. Source: resilience4j, circuitbreakers endpoint. */
export const readBreakers = async (
  instance: ActuatorInstance,
  signal: AbortSignal,
): Promise<readonly ParsedBreaker[]> =>
  parseBreakers(
    await instance.ask(
      '/circuitbreakers',
      signal,
      endpointNotExposed('circuitbreakers', '. For a service without circuit breakers, set breakers: false'),
    ),
  );

/** The circuit breakers of one instance: state, rates in percent (absent with too few calls), calls in the window. */
export const breakersFeed = (instance: ActuatorInstance): Feed => {
  const timers = createHalfOpenTimers(instance);
  return createInstanceFeed(
    instance,
    { name: 'breakers', kind: 'breakers' },
    async (signal): Promise<Reading<Breaker>> => {
      try {
        const breakers = await timers.timed(await readBreakers(instance, signal), signal);
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
    },
  );
};

const poolMeterPrefix = 'hikaricp.connections';
const poolStatistics = ['active', 'idle', 'pending', 'max'] as const;
type PoolStatistic = (typeof poolStatistics)[number];

/**
 * Hikari pools of one instance, one row per `pool` tag: active, idle and maximum (`max`) connections, and threads
 * waiting for one (`pending`). A service without Hikari has no rows and, unless `pools: true`, no fault.
 * Source: Micrometer, HikariCP metrics.
 */
export const poolsFeed = (instance: ActuatorInstance): Feed =>
  createInstanceFeed(instance, { name: 'pools', kind: 'pools' }, async (signal): Promise<Reading<Pool>> => {
    try {
      const names = (await readMeter(instance, poolMeterPrefix, [], signal)).tags.get('pool') ?? [''];
      const pools = await Promise.all(names.map((name) => readPool(instance, name, signal)));
      return {
        items: pools.flatMap(({ pool }) => pool ?? []),
        faults: distinctFaults(pools.flatMap(({ faults }) => faults)),
      };
    } catch (error) {
      const none = error instanceof WireError && error.kind === 'missing' && instance.config.pools !== true;
      return {
        items: [],
        faults: none ? [] : [instance.endpoint.fault(meterPath(poolMeterPrefix, []), error)],
      };
    }
  });

/** One pool: its readable counts, and the faults of the others. */
const readPool = async (
  instance: ActuatorInstance,
  name: string,
  signal: AbortSignal,
): Promise<{ readonly pool: Pool | undefined; readonly faults: readonly Fault[] }> => {
  const tags = name === '' ? [] : [['pool', name] as const];
  const faults: Fault[] = [];
  const readCount = async (what: PoolStatistic): Promise<readonly [PoolStatistic, number | undefined]> => {
    const meter = `${poolMeterPrefix}.${what}`;
    try {
      return [what, count((await readMeter(instance, meter, tags, signal)).statistics.get('VALUE'))];
    } catch (error) {
      faults.push(instance.endpoint.fault(meterPath(meter, tags), error));
      return [what, undefined];
    }
  };
  const read = (await Promise.all(poolStatistics.map(readCount))).filter(([, value]) => value !== undefined);
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
const meterPath = (meter: string, tags: Tags): string => {
  const query = tags.map(([name, value]) => `tag=${encodeURIComponent(`${name}:${value}`)}`).join('&');
  return `/metrics/${encodeURIComponent(meter)}${query === '' ? '' : `?${query}`}`;
};

/** Reads one meter, restricted by tags. Throws WireError: `missing` when it is not registered. */
const readMeter = async (
  instance: ActuatorInstance,
  meter: string,
  tags: Tags,
  signal: AbortSignal,
): Promise<ActuatorMeter> =>
  parseMeter(await instance.ask(meterPath(meter, tags), signal, meterNotRegistered(instance, meter)));

const meterNotRegistered = ({ endpoint }: ActuatorInstance, meter: string): MissingEndpointHint => ({
  why: `answered 404: meter "${meter}" is not registered yet (no measurements), or the metrics endpoint is not exposed`,
  remedy: `check the name at ${endpoint.url('/metrics')}. Expose metrics with management.endpoints.web.exposure.include`,
});

/** A signal's statistic of one instance: one sample, with the reason when it has no value. */
export const meterFeed = (instance: ActuatorInstance, signal: SignalRequest, labelled: boolean): Feed => {
  const meterRead = parseMeterRead(signal.read);
  const stamp = {
    source: instance.source,
    signal: signal.id,
    labels: labelled ? { instance: instance.name } : {},
  };
  const { perMs } = meterRead;
  const words = {
    name: 'metrics',
    kind: 'samples',
    part: signal.id,
    signals: [signal.id],
    ...(perMs === undefined ? {} : { needsTwo: true }),
  } as const;
  const increase =
    perMs === undefined ? undefined : counterIncrease(perMs, `${instance.service} ${instance.name}`.trim());
  return createInstanceFeed(instance, words, async (aborted): Promise<Reading<Sample>> => {
    const meter = await readFirstMeter(instance, meterRead, aborted);
    const time = instance.now();
    if (!('fault' in meter)) {
      const selected = selectStatistic(meter, meterRead.statistic);
      const found = increase === undefined ? selected : increase(selected, time);
      return { items: [{ ...stamp, at: time, ...found }], faults: [] };
    }
    const { fault } = meter;
    const absent = fault.kind === 'missing' ? [{ ...stamp, at: time, why: fault.message }] : [];
    return { items: absent, faults: [fault] };
  });
};

type SampleValue = Pick<Sample, 'value' | 'why' | 'isCounter' | 'computed' | 'metric'>;

/**
 * The increase of a counter over the last `perMs`: over a shorter time as far as it was read, over a longer one scaled. A counter that
 * falls belongs to a new process, and starts again: its window is not that of the process before.
 */
const counterIncrease = (
  perMs: Millis,
  target: string,
): ((read: SampleValue, time: Millis) => SampleValue) => {
  let known: readonly { readonly at: Millis; readonly value: number }[] = [];
  /** When the counter was last seen to have fallen, in seconds; 0: never. */
  let start = 0;
  const increased = (value: number, time: Millis): SampleValue => {
    if ((known.at(-1)?.value ?? 0) > value) {
      known = [];
      start = time / 1000;
    }
    const inTime = known.filter((entry) => time - entry.at <= perMs);
    const [first] = inTime.length === 0 ? known.slice(-1) : inTime;
    known = [...inTime, { at: time, value }];
    if (first === undefined || first.at === time)
      return { why: 'there is no value yet: an increase needs two readings of the same process' };
    return { value: ((value - first.value) * perMs) / Math.max(perMs, time - first.at) };
  };
  return ({ value, why, metric }, time) => ({
    ...(typeof value === 'number' ? increased(value, time) : defined({ value, why })),
    ...defined({ metric }),
    computed: { addsUp: true, windowMs: perMs, targets: { [target]: start } },
  });
};

/** Reads the first existing meter, or returns the fault. */
const readFirstMeter = async (
  instance: ActuatorInstance,
  meterRead: MeterRead,
  signal: AbortSignal,
): Promise<ActuatorMeter | { readonly fault: Fault }> => {
  let last: { readonly fault: Fault } | undefined;
  for (const meter of meterRead.meters) {
    try {
      return await readMeter(instance, meter, meterRead.tags, signal);
    } catch (error) {
      last = { fault: instance.endpoint.fault(meterPath(meter, meterRead.tags), error) };
      if (!(error instanceof WireError && error.kind === 'missing')) return last;
    }
  }
  return (
    last ?? {
      fault: instance.endpoint.fault('/metrics', new Error('the signal names no meter: set metric: in read')),
    }
  );
};

const defaultStatistics = ['VALUE', 'COUNT'];

/** Statistics that only grow while the process runs. Source: Micrometer, Statistic. */
const countingStatistics: ReadonlySet<string> = new Set(['COUNT', 'TOTAL', 'TOTAL_TIME']);

/** The meaning of a meter; nothing for one that does not tell it. */
const described = ({ metric }: ActuatorMeter): Pick<Sample, 'metric'> =>
  Object.keys(metric).length === 0 ? {} : { metric };

const selectStatistic = (meter: ActuatorMeter, statistic: string | undefined): SampleValue => {
  const has = [...meter.statistics.keys()];
  const name =
    statistic ??
    defaultStatistics.find((defaultStatistic) => meter.statistics.has(defaultStatistic)) ??
    has[0] ??
    '';
  if (!meter.statistics.has(name))
    return { why: `${meter.name} has no statistic ${name}. Available: ${has.join(', ')}` };
  const value = meter.statistics.get(name);
  if (value === undefined) return { why: `${meter.name} has no value for ${name} yet` };
  return { value, ...described(meter), ...(countingStatistics.has(name) ? { isCounter: true } : {}) };
};
