import type { Sample } from '../../domain/facts.ts';
import type { Fault } from '../../domain/fault.ts';
import type { Batch } from '../../domain/reading.ts';
import { WireError } from '../../platform/failures.ts';
import type { Feed, WantedSignal } from '../source.ts';
import { feedOf, type Instance, type Missing } from './instance.ts';
import { type Meter, parseMeter } from './parse.ts';
import { type MetricRead, metricRead } from './reads.ts';

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
