import { defined } from '../../domain/base/defined.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { Lag } from '../../kinds/lag/fact.ts';
import { type Consumption, lagFlow } from '../../kinds/lag/motion.ts';
import type { FactSpec } from './fact-feed.ts';
import { joinSeriesRows } from './fact-feed.ts';
import type { kafkaExporter } from './metric-names.ts';
import { firstLabel, type MetricNames, metricSelector } from './metric-names.ts';

type Metric = keyof typeof kafkaExporter.metrics;
type Label = keyof typeof kafkaExporter.labels;
type Labels = Readonly<Record<string, string>>;

/**
 * Consumer lag per partition. Its trend comes from Prometheus: `deriv` of the lag and `rate` of the committed offset
 * over `windowMs`; the fact kind defines how to evaluate it. The assignment of members is unknown. kafka_exporter
 * writes -1 for a group without a commit: absent, not a number.
 */
export const lagSpec = (
  names: MetricNames<Metric, Label>,
  windowMs: number,
): FactSpec<Metric | 'growth' | 'lowest' | 'consumed'> => {
  const { lag, committed, end, members } = names.metrics;
  const over = `[${formatDuration(windowMs)}]`;
  const placeOf = (labels: Labels) => ({
    cluster: firstLabel(labels, names.labels.cluster),
    topic: firstLabel(labels, names.labels.topic),
    partition: firstLabel(labels, names.labels.partition),
  });
  const groupOf = (labels: Labels) => ({
    cluster: firstLabel(labels, names.labels.cluster),
    group: firstLabel(labels, names.labels.group),
  });
  return {
    kind: 'lag',
    queries: {
      lag: metricSelector(names, lag),
      committed: metricSelector(names, committed),
      end: metricSelector(names, end),
      members: metricSelector(names, members),
      growth: `deriv(${metricSelector(names, lag)}${over})`,
      lowest: `min_over_time(${metricSelector(names, lag)}${over})`,
      consumed: `rate(${metricSelector(names, committed)}${over})`,
    },
    required: ['lag'],
    toRows: ({ lag, committed, growth, lowest, consumed, end, members }, stamp) => {
      const partitions = joinSeriesRows({ lag, committed, growth, lowest, consumed }, (labels) => ({
        ...groupOf(labels),
        ...placeOf(labels),
      }));
      const ends = joinSeriesRows({ end }, placeOf);
      const sizes = joinSeriesRows({ members }, groupOf);
      const endOf = valuesByKey(ends.rows, 'end');
      const membersOf = valuesByKey(sizes.rows, 'members');
      const committing = new Set(
        partitions.rows.flatMap(({ of: { cluster, group }, values }) =>
          (values.get('consumed') ?? 0) > 0 ? [JSON.stringify({ cluster, group })] : [],
        ),
      );
      const rows = partitions.rows.map(({ of: { cluster, group, topic, partition }, values }): Lag => {
        const known = nonNegative(values.get('lag'));
        const size = membersOf({ cluster, group });
        const commits = committing.has(JSON.stringify({ cluster, group }));
        const consumption: Consumption = {
          lag: known,
          growth: values.get('growth'),
          consumed: values.get('consumed'),
          spanMs: windowMs,
          wasCaughtUp: values.get('lowest') === 0,
          group: { members: size, commits, holderCommits: commits },
        };
        return {
          ...stamp,
          cluster,
          group,
          topic,
          partition: Number(partition),
          ...offsetField('committed', values.get('committed')),
          ...offsetField('end', endOf({ cluster, topic, partition })),
          ...defined({ lag: known, members: size }),
          ...lagFlow(consumption),
        };
      });
      return { rows, conflicts: [...partitions.conflicts, ...ends.conflicts, ...sizes.conflicts] };
    },
  };
};

const nonNegative = (value: number | undefined): number | undefined =>
  value === undefined || value < 0 ? undefined : value;

/** Values of Prometheus are doubles: an offset that they cannot represent exactly is unknown. */
const offsetField = (
  name: 'committed' | 'end',
  value: number | undefined,
): { committed?: bigint; end?: bigint } =>
  value !== undefined && value >= 0 && Number.isSafeInteger(value) ? { [name]: BigInt(value) } : {};

const valuesByKey = <I extends object>(
  rows: readonly { readonly of: I; readonly values: ReadonlyMap<string, number | undefined> }[],
  name: string,
): ((of: I) => number | undefined) => {
  const known = new Map(rows.map(({ of, values }) => [JSON.stringify(of), values.get(name)]));
  return (of) => known.get(JSON.stringify(of));
};
