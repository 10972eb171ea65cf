import type { Millis } from '../../domain/fault.ts';
import type { Points } from '../monitoring/time-series.ts';

/** How much a counter grew between its first and its last point; every step down is a restart from zero. */
const growth = (values: readonly number[]): number => {
  let sum = (values.at(-1) ?? 0) - (values[0] ?? 0);
  for (let index = 1; index < values.length; index += 1) {
    const [was = 0, is = 0] = [values[index - 1], values[index]];
    if (is < was) sum += was;
  }
  return sum;
};

/**
 * `increase` of a counter over [from, to], extrapolated to the edges of the window; undefined with fewer than two
 * points. Source: Prometheus, promql/functions.go, extrapolatedRate.
 */
export const increaseOver = ({ at, values }: Points, from: Millis, to: Millis): number | undefined => {
  const [firstAt, lastAt, first] = [at[0], at.at(-1), values[0]];
  if (firstAt === undefined || lastAt === undefined || first === undefined || at.length < 2) return undefined;
  const grown = growth(values);
  const sampled = lastAt - firstAt;
  const step = sampled / (at.length - 1);
  let toStart = firstAt - from;
  const toEnd = to - lastAt;
  // A counter cannot have been below zero: it is not drawn further back than that.
  if (grown > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / grown));
  const near = step * 1.1;
  const covered = sampled + (toStart < near ? toStart : step / 2) + (toEnd < near ? toEnd : step / 2);
  return (grown * covered) / sampled;
};

/** Per-second rate between the last two points. */
export const instantRate = ({ at, values }: Points): number | undefined => {
  const [beforeAt, lastAt] = [at.at(-2), at.at(-1)];
  const [before, last] = [values.at(-2), values.at(-1)];
  if (beforeAt === undefined || lastAt === undefined || before === undefined || last === undefined)
    return undefined;
  return ((last < before ? last : last - before) * 1000) / (lastAt - beforeAt);
};

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** `deriv` of a gauge: the slope of the line through its points, per second; undefined with fewer than two of them. */
export const slopeOf = ({ at, values }: Points): number | undefined => {
  const count = at.length;
  const first = at[0];
  if (first === undefined || count < 2) return undefined;
  const seconds = at.map((time) => (time - first) / 1000);
  const meanX = sumOf(seconds) / count;
  const meanY = sumOf(values) / count;
  const spread = sumOf(seconds.map((x) => (x - meanX) ** 2));
  return sumOf(seconds.map((x, index) => (x - meanX) * ((values[index] ?? 0) - meanY))) / spread;
};
