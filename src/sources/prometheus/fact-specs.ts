import { breakerSpec } from './breakers.ts';
import type { PrometheusConfig } from './config.ts';
import type { FactSpec } from './fact-feed.ts';
import { definedValues, joinSeriesRows } from './fact-feed.ts';
import { lagSpec } from './lag.ts';
import type { hikaricp } from './metric-names.ts';
import { firstLabel, type MetricNames, metricSelector } from './metric-names.ts';
import { workloadSpec } from './workloads.ts';

type Metric = keyof typeof hikaricp.metrics;
type Label = keyof typeof hikaricp.labels;

/** A count; a negative one is unknown. */
const countOf = (value: number | undefined): number | undefined =>
  value === undefined || value < 0 ? undefined : value;

/** Hikari pools: active, idle and maximum connections, and threads waiting for one. */
const poolSpec = (names: MetricNames<Metric, Label>): FactSpec<Metric> => ({
  kind: 'pools',
  queries: {
    active: metricSelector(names, names.metrics.active),
    idle: metricSelector(names, names.metrics.idle),
    max: metricSelector(names, names.metrics.max),
    pending: metricSelector(names, names.metrics.pending),
  },
  required: ['active'],
  toRows: (series, stamp) => {
    const { rows, conflicts } = joinSeriesRows(series, (labels) => ({
      service: firstLabel(labels, names.labels.service),
      instance: firstLabel(labels, names.labels.instance),
      name: firstLabel(labels, names.labels.name),
    }));
    const pools = rows.map(({ of, values }) => ({
      ...stamp,
      ...of,
      kind: 'hikari' as const,
      ...definedValues({
        active: countOf(values.get('active')),
        idle: countOf(values.get('idle')),
        max: countOf(values.get('max')),
        pending: countOf(values.get('pending')),
      }),
    }));
    return { rows: pools, conflicts };
  },
});

/** Fact kinds that the profile reads from this Prometheus. */
export const factSpecs = ({ facts, window }: PrometheusConfig): readonly FactSpec<string>[] => [
  ...(facts.breakers === undefined ? [] : [breakerSpec(facts.breakers)]),
  ...(facts.pools === undefined ? [] : [poolSpec(facts.pools)]),
  ...(facts.lag === undefined ? [] : [lagSpec(facts.lag, window)]),
  ...(facts.workloads === undefined ? [] : [workloadSpec(facts.workloads, window)]),
];
