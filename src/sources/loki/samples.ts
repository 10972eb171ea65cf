import type { Sample } from '../../domain/facts.ts';
import type { Fold } from './config.ts';
import type { Measured } from './parse.ts';

type Read = Pick<Sample, 'labels' | 'value' | 'why'>;

/** What a query's answer says of a signal: a sample per series, or one of them all. Nothing matched: no value, never 0. */
export const samplesOf = (measured: readonly Measured[], fold: Fold | undefined): readonly Read[] => {
  if (measured.length === 0) return [{ labels: {}, why: 'no lines match' }];
  return fold === undefined ? measured : [{ labels: {}, ...folded(measured, fold) }];
};

/** Of what is not known neither the whole is known. */
const folded = (measured: readonly Measured[], fold: Fold): Pick<Sample, 'value' | 'why'> => {
  const lost = measured.find(({ value }) => value === undefined);
  if (lost !== undefined) return { why: lost.why ?? 'a series has no number' };
  const values = measured.flatMap(({ value }) => value ?? []);
  const sum = values.reduce((all, one) => all + one, 0);
  switch (fold) {
    case 'sum':
      return { value: sum };
    case 'avg':
      return { value: sum / values.length };
    case 'min':
      return { value: values.reduce((least, one) => Math.min(least, one)) };
    case 'max':
      return { value: values.reduce((most, one) => Math.max(most, one)) };
    case 'count':
      return { value: values.length };
  }
};
