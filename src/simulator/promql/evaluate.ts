import type { Millis } from '../../domain/base/fault.ts';
import type { MetricLabels } from '../exposition/metric-family.ts';
import type { Expr, FunctionCall, VectorSelector } from './ast.ts';
import { evaluateAggregate, evaluateBinary } from './operators.ts';
import type { SeriesPoints, TimeSeries } from './time-series.ts';
import {
  keepLabels,
  labelsKey,
  type MatrixSeries,
  type QueryValue,
  type VectorSample,
  vectorSamples,
  vectorValue,
  withoutName,
} from './value.ts';

/** Increase of a counter between its first and last point; every decrease is a reset to zero. */
const growth = (values: readonly number[]): number => {
  let sum = (values.at(-1) ?? 0) - (values[0] ?? 0);
  for (let index = 1; index < values.length; index += 1) {
    const was = values[index - 1] ?? 0;
    const is = values[index] ?? 0;
    if (is < was) sum += was;
  }
  return sum;
};

/**
 * `increase` of a counter over [from, to], extrapolated to the edges of the window; undefined with fewer than two
 * points. Source: Prometheus, promql/functions.go, extrapolatedRate.
 */
const increaseOver = ({ at, values }: SeriesPoints, from: Millis, to: Millis): number | undefined => {
  const firstAt = at[0];
  const lastAt = at.at(-1);
  const first = values[0];
  if (firstAt === undefined || lastAt === undefined || first === undefined || at.length < 2) return undefined;
  const grown = growth(values);
  const sampled = lastAt - firstAt;
  const step = sampled / (at.length - 1);
  let toStart = firstAt - from;
  const toEnd = to - lastAt;
  // A counter cannot have been below zero, so it is not extrapolated beyond that.
  if (grown > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / grown));
  const near = step * 1.1;
  const covered = sampled + (toStart < near ? toStart : step / 2) + (toEnd < near ? toEnd : step / 2);
  return (grown * covered) / sampled;
};

/** Per-second rate between the last two points. */
const instantRate = ({ at, values }: SeriesPoints): number | undefined => {
  const beforeAt = at.at(-2);
  const lastAt = at.at(-1);
  const before = values.at(-2);
  const last = values.at(-1);
  if (beforeAt === undefined || lastAt === undefined || before === undefined || last === undefined)
    return undefined;
  return ((last < before ? last : last - before) * 1000) / (lastAt - beforeAt);
};

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** `deriv` of a gauge: slope of the linear regression per second; undefined with fewer than two points. */
export const slopeOf = ({ at, values }: SeriesPoints): number | undefined => {
  const count = at.length;
  const first = at[0];
  if (first === undefined || count < 2) return undefined;
  const seconds = at.map((time) => (time - first) / 1000);
  const meanX = sumOf(seconds) / count;
  const meanY = sumOf(values) / count;
  const spread = sumOf(seconds.map((x) => (x - meanX) ** 2));
  return sumOf(seconds.map((x, index) => (x - meanX) * ((values[index] ?? 0) - meanY))) / spread;
};

interface Bucket {
  readonly bound: number;
  readonly count: number;
}

const boundOf = (le: string | undefined): number | undefined => {
  if (le === undefined) return undefined;
  const bound = /^\+?inf$/i.test(le) ? Number.POSITIVE_INFINITY : Number(le);
  return le === '' || Number.isNaN(bound) ? undefined : bound;
};

/** Sorted, with equal bounds merged, and monotonically increasing counts. */
const tidy = (buckets: readonly Bucket[]): readonly Bucket[] => {
  const summed = new Map<number, number>();
  for (const { bound, count } of [...buckets].sort((a, b) => a.bound - b.bound))
    summed.set(bound, (summed.get(bound) ?? 0) + count);
  let highest = Number.NEGATIVE_INFINITY;
  return [...summed].map(([bound, count]) => {
    highest = Math.max(highest, count);
    return { bound, count: highest };
  });
};

/** Source: Prometheus, promql/quantile.go, bucketQuantile: linear interpolation within a bucket, the last bound for +Inf. */
const bucketQuantile = (q: number, all: readonly Bucket[]): number => {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0 || q > 1) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const buckets = tidy(all);
  const first = buckets[0];
  const last = buckets.at(-1);
  if (first === undefined || last === undefined || last.bound !== Number.POSITIVE_INFINITY) return Number.NaN;
  if (buckets.length < 2 || last.count === 0 || Number.isNaN(last.count)) return Number.NaN;
  const rank = q * last.count;
  const bucketIndex = buckets.slice(0, -1).findIndex(({ count }) => count >= rank);
  if (bucketIndex === -1) return buckets.at(-2)?.bound ?? Number.NaN;
  if (bucketIndex === 0 && first.bound <= 0) return first.bound;
  const { bound, count } = buckets[bucketIndex] ?? first;
  const below = bucketIndex === 0 ? { bound: 0, count: 0 } : (buckets[bucketIndex - 1] ?? first);
  return below.bound + ((bound - below.bound) * (rank - below.count)) / (count - below.count);
};

/** `histogram_quantile`: one value per label set without `le` and name. */
const histogramQuantile = (q: number, samples: readonly VectorSample[]): readonly VectorSample[] => {
  const groups = new Map<string, { metric: MetricLabels; buckets: Bucket[] }>();
  for (const { metric, value } of samples) {
    const bound = boundOf(metric.le);
    if (bound === undefined) continue;
    const remainingLabels = keepLabels(metric, false, ['le']);
    const key = labelsKey(remainingLabels);
    const group = groups.get(key) ?? { metric: remainingLabels, buckets: [] };
    group.buckets.push({ bound, count: value });
    groups.set(key, group);
  }
  return [...groups.values()].map(({ metric, buckets }) => ({ metric, value: bucketQuantile(q, buckets) }));
};

const overTime: Readonly<Record<string, (values: readonly number[]) => number>> = {
  avg_over_time: (values) => values.reduce((a, b) => a + b, 0) / values.length,
  count_over_time: (values) => values.length,
  max_over_time: (values) => Math.max(...values),
  min_over_time: (values) => Math.min(...values),
  sum_over_time: (values) => values.reduce((a, b) => a + b, 0),
};

/** Applies a function to each series of a range selector; a series with too few points has no result. */
const overRange = (name: string, { series, from, to }: Extract<QueryValue, { is: 'matrix' }>): QueryValue =>
  vectorValue(
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

/** Storage of series for an evaluation. */
export interface SeriesStorage {
  named(name: string | undefined): readonly TimeSeries[];
}

/** Prometheus' default lookback delta. */
const lookbackMs: Millis = 300_000;

/** Evaluates one query over one storage, at any number of times. */
export class QueryEvaluator {
  readonly #storage: SeriesStorage;
  readonly #toClock: (time: Millis) => Millis;
  readonly #selected = new Map<VectorSelector, readonly TimeSeries[]>();

  /** `toClock`: converts a model time to the result of `time()`. */
  constructor(storage: SeriesStorage, toClock: (time: Millis) => Millis) {
    this.#storage = storage;
    this.#toClock = toClock;
  }

  /** The value at a model time. Throws ExecutionError. */
  at(expr: Expr, now: Millis): QueryValue {
    switch (expr.is) {
      case 'number':
        return { is: 'scalar', value: expr.value };
      case 'string':
        return { is: 'string', value: expr.value };
      case 'parens':
        return this.at(expr.of, now);
      case 'negative':
        return negated(this.at(expr.of, now));
      case 'selector':
        return expr.rangeMs === undefined ? this.#instant(expr, now) : this.#range(expr, expr.rangeMs, now);
      case 'binary':
        return evaluateBinary(expr, this.at(expr.left, now), this.at(expr.right, now));
      case 'aggregate': {
        const param = expr.param === undefined ? 0 : scalarOf(this.at(expr.param, now));
        return vectorValue(
          evaluateAggregate(expr.op, vectorSamples(this.at(expr.of, now)), expr.grouping, param),
        );
      }
      case 'call':
        return this.#call(expr, now);
    }
  }

  #select(selector: VectorSelector): readonly TimeSeries[] {
    const known = this.#selected.get(selector);
    if (known !== undefined) return known;
    const series = this.#storage
      .named(selector.metric)
      .filter(({ metric }) => selector.matchers.every(({ name, test }) => test(metric[name] ?? '')))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    this.#selected.set(selector, series);
    return series;
  }

  #instant(
    selector: VectorSelector,
    now: Millis,
    pick = (point: { readonly at: Millis; readonly value: number }): number => point.value,
  ): QueryValue {
    const time = now - (selector.offsetMs ?? 0);
    return vectorValue(
      this.#select(selector).flatMap((series) => {
        const point = series.latest(time, lookbackMs);
        return point === undefined ? [] : [{ metric: series.metric, value: pick(point) }];
      }),
    );
  }

  #range(selector: VectorSelector, rangeMs: Millis, now: Millis): QueryValue {
    const to = now - (selector.offsetMs ?? 0);
    const from = to - rangeMs;
    const series = this.#select(selector)
      .map(
        (timeSeries): MatrixSeries => ({ metric: timeSeries.metric, points: timeSeries.between(from, to) }),
      )
      .filter(({ points }) => points.at.length > 0);
    return { is: 'matrix', series, from, to };
  }

  /** The time of each sample of a selector; of what is computed from it, the time of the evaluation. */
  #timestamps(arg: Expr | undefined, value: QueryValue, now: Millis): QueryValue {
    const seconds = (time: Millis): number => this.#toClock(time) / 1000;
    return arg?.is === 'selector'
      ? mapped(
          this.#instant(arg, now, ({ at }) => seconds(at)),
          (time) => time,
        )
      : mapped(value, () => seconds(now));
  }

  #call({ name, args }: FunctionCall, now: Millis): QueryValue {
    const values = args.map((arg) => this.at(arg, now));
    const [first, second] = values;
    if (first === undefined) return { is: 'scalar', value: this.#toClock(now) / 1000 };
    if (first.is === 'matrix') return overRange(name, first);
    switch (name) {
      case 'vector':
        return vectorValue([{ metric: {}, value: scalarOf(first) }]);
      case 'scalar':
        return { is: 'scalar', value: onlyOf(vectorSamples(first)) };
      case 'histogram_quantile':
        return vectorValue(
          histogramQuantile(scalarOf(first), second === undefined ? [] : vectorSamples(second)),
        );
      case 'clamp_min': {
        const least = second === undefined ? Number.NaN : scalarOf(second);
        return mapped(first, (value) => Math.max(value, least));
      }
      case 'timestamp':
        return this.#timestamps(args[0], first, now);
      case 'absent':
        return vectorValue(
          vectorSamples(first).length > 0 ? [] : [{ metric: absentLabels(args[0]), value: 1 }],
        );
      default:
        return mapped(first, Math.abs);
    }
  }
}

const scalarOf = (value: QueryValue): number => (value.is === 'scalar' ? value.value : Number.NaN);
const onlyOf = (samples: readonly VectorSample[]): number =>
  samples.length === 1 ? (samples[0]?.value ?? Number.NaN) : Number.NaN;

const mapped = (value: QueryValue, change: (value: number) => number): QueryValue =>
  vectorValue(
    vectorSamples(value).map((sample) => ({
      metric: withoutName(sample.metric),
      value: change(sample.value),
    })),
  );

const negated = (value: QueryValue): QueryValue =>
  value.is === 'scalar' ? { is: 'scalar', value: -value.value } : mapped(value, (amount) => -amount);

/** Labels of the result of `absent`: those that the selector fixes. */
const absentLabels = (expr: Expr | undefined): MetricLabels => {
  if (expr?.is === 'parens') return absentLabels(expr.of);
  if (expr?.is !== 'selector') return {};
  const sure = expr.matchers.filter(
    ({ name, op }) =>
      op === '=' && name !== '__name__' && expr.matchers.filter((m) => m.name === name).length === 1,
  );
  return Object.fromEntries(sure.map(({ name, value }) => [name, value]).sort());
};
