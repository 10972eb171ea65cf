import { sumKnown } from '../../domain/base/sums.ts';
import type { Breaker, BreakerState } from '../../kinds/breakers/fact.ts';
import type { FactSpec } from './fact-feed.ts';
import { definedValues, joinSeriesRows } from './fact-feed.ts';
import type { resilience4j } from './metric-names.ts';
import { firstLabel, type MetricNames, metricSelector } from './metric-names.ts';

type Metric = keyof typeof resilience4j.metrics;
type Label = keyof typeof resilience4j.labels;

const states: readonly BreakerState[] = [
  'closed',
  'open',
  'half-open',
  'forced-open',
  'disabled',
  'metrics-only',
];

/**
 * Circuit breakers: state, rates in percent, calls in the window, and calls not permitted since the process started.
 * The state is the one whose gauge is 1 (unknown when none or several are). A rate is absent while its gauge is -1,
 * with too few calls.
 */
export const breakerSpec = (names: MetricNames<Metric, Label>): FactSpec<Metric> => ({
  kind: 'breakers',
  queries: {
    state: metricSelector(names, names.metrics.state),
    failureRate: metricSelector(names, names.metrics.failureRate),
    slowCallRate: metricSelector(names, names.metrics.slowCallRate),
    buffered: metricSelector(names, names.metrics.buffered),
    slow: metricSelector(names, names.metrics.slow),
    notPermitted: metricSelector(names, names.metrics.notPermitted),
  },
  required: ['state'],
  toRows: (series, stamp) => {
    const { labels: of } = names;
    const { rows, conflicts } = joinSeriesRows(
      series,
      (labels) => ({
        service: firstLabel(labels, of.service),
        instance: firstLabel(labels, of.instance),
        name: firstLabel(labels, of.name),
      }),
      (metric, labels) => {
        if (metric === 'state') return `state ${firstLabel(labels, of.state)}`;
        return metric === 'buffered' || metric === 'slow'
          ? `${metric} ${firstLabel(labels, of.kind)}`
          : metric;
      },
    );
    return {
      rows: rows.map((row) => ({ ...stamp, ...row.of, ...breakerFields(row.values) })),
      conflicts,
    };
  },
});

type MetricValues = ReadonlyMap<string, number | undefined>;

const breakerFields = (
  values: MetricValues,
): Omit<Breaker, 'source' | 'at' | 'service' | 'instance' | 'name'> => {
  const numbers = {
    failureRate: validRate(values.get('failureRate')),
    slowCallRate: validRate(values.get('slowCallRate')),
    bufferedCalls: sumKnown(valuesWithPrefix(values, 'buffered ')),
    failedCalls: values.get('buffered failed'),
    slowCalls: sumKnown(valuesWithPrefix(values, 'slow ')),
    notPermittedCalls: values.get('notPermitted'),
  };
  return { state: breakerStateOf(values), ...definedValues(numbers) };
};

const valuesWithPrefix = (values: MetricValues, prefix: string): readonly (number | undefined)[] =>
  [...values].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value);

const breakerStateOf = (values: MetricValues): BreakerState => {
  const prefix = 'state ';
  const on = [...values].filter(([name, value]) => name.startsWith(prefix) && value === 1);
  const word =
    on.length === 1 ? on[0]?.[0].slice(prefix.length).toLowerCase().replaceAll('_', '-') : undefined;
  return states.find((state) => state === word) ?? 'unknown';
};

const validRate = (value: number | undefined): number | undefined =>
  value === undefined || value < 0 ? undefined : value;
