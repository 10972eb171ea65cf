import type { EnvironmentInstant } from '../model/instances/instance-gauges.ts';
import type { RequestSeries } from '../model/instances/traffic.ts';
import { latencyBoundsMs } from '../model/instances/traffic.ts';

/** One series of requests as a cumulative histogram in seconds; `le` has the number format of the runtime's language. */
export const histogram = (
  { count, totalMs, buckets }: RequestSeries,
  labels: MetricLabels,
  bound: (seconds: number) => string,
): readonly MetricSample[] => {
  let upTo = 0;
  const bounds = [...latencyBoundsMs.map((ms) => bound(ms / 1000)), '+Inf'];
  const each = bounds.map((le, index): MetricSample => {
    upTo += buckets[index] ?? 0;
    return { suffix: '_bucket', labels: { ...labels, le }, value: upTo };
  });
  return [
    ...each,
    { suffix: '_count', labels, value: count },
    { suffix: '_sum', labels, value: totalMs / 1000 },
  ];
};

export type MetricLabels = Readonly<Record<string, string>>;

/** One time series of a family with its current value. */
export interface MetricSample {
  /** Suffix of the family's name. */
  readonly suffix: '' | '_bucket' | '_count' | '_sum';
  readonly labels: MetricLabels;
  readonly value: number;
  /** Value of a gauge that depends only on time, at another time. Absent if only the current value is known. */
  readonly valueAt?: (moment: EnvironmentInstant) => number;
}

/** A metric of the exposition format. Source: Prometheus text format 0.0.4. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly samples: readonly MetricSample[];
}

const sampleOf = (value: number, labels: MetricLabels): MetricSample => ({ suffix: '', labels, value });

export const gauge = (
  name: string,
  help: string,
  samples: readonly (readonly [MetricLabels, number])[],
): MetricFamily => ({
  name,
  help,
  type: 'gauge',
  samples: samples.map(([labels, value]) => sampleOf(value, labels)),
});

export const counter = (
  name: string,
  help: string,
  samples: readonly (readonly [MetricLabels, number])[],
): MetricFamily => ({
  name,
  help,
  type: 'counter',
  samples: samples.map(([labels, value]) => sampleOf(value, labels)),
});

/** A gauge with one series that depends only on time. */
export const timeVaryingGauge = (
  name: string,
  help: string,
  now: EnvironmentInstant,
  valueAt: (moment: EnvironmentInstant) => number,
): MetricFamily => ({
  name,
  help,
  type: 'gauge',
  samples: [{ suffix: '', labels: {}, value: valueAt(now), valueAt: valueAt }],
});
