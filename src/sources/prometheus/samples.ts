import type { Sample } from '../../domain/facts.ts';
import type { Fold } from './config.ts';
import type { Instant, Series } from './parse.ts';

type Read = Pick<Sample, 'labels' | 'value' | 'why'>;

/** What a query's answer says of a signal: a sample per series, or one of them all. Nothing matched: no value, never 0. */
export const samplesOf = (answer: Instant, fold: Fold | undefined): readonly Read[] => {
  if (answer.word !== undefined) return [{ labels: {}, value: answer.word }];
  if (answer.series.length === 0) return [{ labels: {}, why: 'no series match' }];
  return fold === undefined ? answer.series : [{ labels: {}, ...folded(answer.series, fold) }];
};

/** A sum or a mean with a part that is not known is not known either; the least, the greatest and the count are of those that are. */
const folded = (series: readonly Series[], fold: Fold): Pick<Sample, 'value' | 'why'> => {
  const known = series.flatMap(({ value }) => value ?? []);
  const lost = series.find(({ value }) => value === undefined);
  const whole = fold === 'sum' || fold === 'avg';
  if (lost !== undefined && (whole || known.length === 0))
    return { why: `${series.length - known.length} of ${series.length} series: ${lost.why ?? 'no number'}` };
  switch (fold) {
    case 'sum':
      return { value: sum(known) };
    case 'avg':
      return { value: sum(known) / known.length };
    case 'min':
      return { value: known.reduce((least, one) => Math.min(least, one)) };
    case 'max':
      return { value: known.reduce((most, one) => Math.max(most, one)) };
    case 'count':
      return { value: known.length };
  }
};

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
