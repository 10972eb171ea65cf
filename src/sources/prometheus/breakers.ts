import type { Breaker, BreakerState } from '../../kinds/breakers/fact.ts';
import type { FactSpec } from './fact-feed.ts';
import { present, sumOf, tally } from './fact-feed.ts';
import type { resilience4j } from './names.ts';
import { labelOf, type Names, selector } from './names.ts';

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
 * Circuit breakers: the state whose gauge is 1 (unknown when none or several are), rates in percent (absent while the
 * gauge is -1, with too few calls for a rate), calls in the window, and the calls not permitted since the process began.
 */
export const breakerSpec = (names: Names<Metric, Label>): FactSpec<Metric> => ({
  kind: 'breakers',
  queries: {
    state: selector(names, names.metrics.state),
    failureRate: selector(names, names.metrics.failureRate),
    slowCallRate: selector(names, names.metrics.slowCallRate),
    buffered: selector(names, names.metrics.buffered),
    slow: selector(names, names.metrics.slow),
    notPermitted: selector(names, names.metrics.notPermitted),
  },
  needs: ['state'],
  make: (series, stamp) => {
    const { labels: of } = names;
    const { rows, clashes } = tally(
      series,
      (labels) => ({
        service: labelOf(labels, of.service),
        instance: labelOf(labels, of.instance),
        name: labelOf(labels, of.name),
      }),
      (metric, labels) => {
        if (metric === 'state') return `state ${labelOf(labels, of.state)}`;
        return metric === 'buffered' || metric === 'slow' ? `${metric} ${labelOf(labels, of.kind)}` : metric;
      },
    );
    return { rows: rows.map((row) => ({ ...stamp, ...row.of, ...breakerOf(row.values) })), clashes };
  },
});

type Values = ReadonlyMap<string, number | undefined>;

const breakerOf = (values: Values): Omit<Breaker, 'source' | 'at' | 'service' | 'instance' | 'name'> => {
  const numbers = {
    failureRate: rateOf(values.get('failureRate')),
    slowCallRate: rateOf(values.get('slowCallRate')),
    bufferedCalls: sumOf(behind(values, 'buffered ')),
    failedCalls: values.get('buffered failed'),
    slowCalls: sumOf(behind(values, 'slow ')),
    notPermittedCalls: values.get('notPermitted'),
  };
  return { state: stateOf(values), ...present(numbers) };
};

const behind = (values: Values, prefix: string): readonly (number | undefined)[] =>
  [...values].filter(([name]) => name.startsWith(prefix)).map(([, value]) => value);

const stateOf = (values: Values): BreakerState => {
  const prefix = 'state ';
  const on = [...values].filter(([name, value]) => name.startsWith(prefix) && value === 1);
  const word =
    on.length === 1 ? on[0]?.[0].slice(prefix.length).toLowerCase().replaceAll('_', '-') : undefined;
  return states.find((state) => state === word) ?? 'unknown';
};

const rateOf = (value: number | undefined): number | undefined =>
  value === undefined || value < 0 ? undefined : value;
