import type { Millis } from '../../domain/fault.ts';
import { increaseOver, instantRate, slopeOf } from './rate.ts';
import { type MatrixSeries, type Value, type VectorSample, vector, withoutName } from './value.ts';

const overTime: Readonly<Record<string, (values: readonly number[]) => number>> = {
  avg_over_time: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  count_over_time: (values) => values.length,
  max_over_time: (values) => Math.max(...values),
  min_over_time: (values) => Math.min(...values),
  sum_over_time: (values) => values.reduce((a, b) => a + b, 0),
};

/** What a function of a range selector makes of every series; a series that is too short gives nothing. */
export const overRange = (name: string, { series, from, to }: Extract<Value, { is: 'matrix' }>): Value =>
  vector(
    series.flatMap(({ metric, points }): readonly VectorSample[] => {
      const value = rangeValue(name, points, from, to);
      return value === undefined ? [] : [{ metric: withoutName(metric), value }];
    }),
  );

const rangeValue = (
  name: string,
  points: MatrixSeries['points'],
  from: Millis,
  to: Millis,
): number | undefined => {
  if (name === 'irate') return instantRate(points);
  if (name === 'deriv') return slopeOf(points);
  const over = overTime[name];
  if (over !== undefined) return over(points.values);
  const increase = increaseOver(points, from, to);
  return increase === undefined || name === 'increase' ? increase : increase / ((to - from) / 1000);
};
