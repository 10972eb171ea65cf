import { breakerSpec } from './breakers.ts';
import type { PrometheusConfig } from './config.ts';
import type { FactSpec } from './fact-feed.ts';
import { present, tally } from './fact-feed.ts';
import { lagSpec } from './lag.ts';
import type { hikaricp } from './names.ts';
import { labelOf, type Names, selector } from './names.ts';
import { workloadSpec } from './workloads.ts';

type Metric = keyof typeof hikaricp.metrics;
type Label = keyof typeof hikaricp.labels;

/** Hikari pools: connections in use, unused, allowed at most, and threads that wait for one. */
const poolSpec = (names: Names<Metric, Label>): FactSpec<Metric> => ({
  kind: 'pools',
  queries: {
    active: selector(names, names.metrics.active),
    idle: selector(names, names.metrics.idle),
    max: selector(names, names.metrics.max),
    pending: selector(names, names.metrics.pending),
  },
  needs: ['active'],
  make: (series, stamp) => {
    const { rows, clashes } = tally(series, (labels) => ({
      service: labelOf(labels, names.labels.service),
      instance: labelOf(labels, names.labels.instance),
      name: labelOf(labels, names.labels.name),
    }));
    const pools = rows.map(({ of, values }) => ({
      ...stamp,
      ...of,
      kind: 'hikari' as const,
      ...present({
        active: values.get('active'),
        idle: values.get('idle'),
        max: values.get('max'),
        pending: values.get('pending'),
      }),
    }));
    return { rows: pools, clashes };
  },
});

/** The kinds of facts that a profile wants of this Prometheus. */
export const factSpecs = ({ facts, window }: PrometheusConfig): readonly FactSpec<string>[] => [
  ...(facts.breakers === undefined ? [] : [breakerSpec(facts.breakers)]),
  ...(facts.pools === undefined ? [] : [poolSpec(facts.pools)]),
  ...(facts.lag === undefined ? [] : [lagSpec(facts.lag, window)]),
  ...(facts.workloads === undefined ? [] : [workloadSpec(facts.workloads, window)]),
];
