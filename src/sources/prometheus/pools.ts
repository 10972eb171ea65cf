import type { FactSpec } from './fact-feed.ts';
import { labelOf, type Names, selector } from './names.ts';
import { present, tally } from './tally.ts';
import type { hikaricp } from './well-known.ts';

type Metric = keyof typeof hikaricp.metrics;
type Label = keyof typeof hikaricp.labels;

/** Hikari pools: connections in use, unused, allowed at most, and threads that wait for one. */
export const poolSpec = (names: Names<Metric, Label>): FactSpec<Metric> => ({
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
