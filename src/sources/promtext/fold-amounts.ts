import type { Amount } from './amount.ts';
import type { Fold } from './reads.ts';

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** Prometheus leaves NaN out of min and max when there is a number beside it; a sum with NaN is NaN. */
const extreme = (values: readonly number[], of: (a: number, b: number) => number): number => {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => of(a, b));
};

const folds: Readonly<Record<Fold, (values: readonly number[]) => number>> = {
  sum,
  avg: (values) => sum(values) / values.length,
  min: (values) => extreme(values, Math.min),
  max: (values) => extreme(values, Math.max),
  count: (values) => values.length,
};

/**
 * Several series as one number, as the aggregations of PromQL. One that says nothing yet (a counter that is new, while
 * rates are asked for) is left out, as Prometheus does; when all say nothing, so does the fold.
 */
export const foldAmounts = (amounts: readonly Amount[], fold: Fold): Amount => {
  const values = amounts.flatMap(({ value }) => (value === undefined ? [] : [value]));
  if (values.length > 0) return { labels: [], value: folds[fold](values) };
  const why = amounts.map((amount) => ('why' in amount ? amount.why : '')).find((said) => said !== '');
  return { labels: [], why: why ?? 'no series' };
};
