import type { Millis } from '../../domain/fault.ts';
import type { Labels } from '../exposition/family.ts';
import type { TimeSeries } from '../monitoring/time-series.ts';
import { aggregate } from './aggregate.ts';
import type { Call, Expr, Selector } from './ast.ts';
import { evaluateBinary } from './binary.ts';
import { overRange } from './over-range.ts';
import { histogramQuantile } from './quantile.ts';
import { type MatrixSeries, samplesOf, type Value, type VectorSample, vector, withoutName } from './value.ts';

/** Where an evaluation finds its series. */
export interface Storage {
  named(name: string | undefined): readonly TimeSeries[];
}

/** How long a value counts that nobody has renewed. Source: Prometheus' default lookback delta. */
const lookbackMs: Millis = 300_000;

/** One query over one storage, at as many moments as are asked for. */
export class Evaluation {
  readonly #storage: Storage;
  readonly #toClock: (at: Millis) => Millis;
  readonly #selected = new Map<Selector, readonly TimeSeries[]>();

  /** `toClock`: what `time()` says of a moment. */
  constructor(storage: Storage, toClock: (at: Millis) => Millis) {
    this.#storage = storage;
    this.#toClock = toClock;
  }

  /** The value at a moment of the model. Throws ExecutionError. */
  at(expr: Expr, now: Millis): Value {
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
        return vector(aggregate(expr.op, samplesOf(this.at(expr.of, now)), expr.grouping, param));
      }
      case 'call':
        return this.#call(expr, now);
    }
  }

  #select(selector: Selector): readonly TimeSeries[] {
    const known = this.#selected.get(selector);
    if (known !== undefined) return known;
    const found = this.#storage
      .named(selector.metric)
      .filter(({ metric }) => selector.matchers.every(({ name, test }) => test(metric[name] ?? '')))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1));
    this.#selected.set(selector, found);
    return found;
  }

  #instant(selector: Selector, now: Millis): Value {
    const at = now - (selector.offsetMs ?? 0);
    return vector(
      this.#select(selector).flatMap((series) => {
        const point = series.latest(at, lookbackMs);
        return point === undefined ? [] : [{ metric: series.metric, value: point.value }];
      }),
    );
  }

  #range(selector: Selector, rangeMs: Millis, now: Millis): Value {
    const to = now - (selector.offsetMs ?? 0);
    const from = to - rangeMs;
    const series = this.#select(selector)
      .map((one): MatrixSeries => ({ metric: one.metric, points: one.between(from, to) }))
      .filter(({ points }) => points.at.length > 0);
    return { is: 'matrix', series, from, to };
  }

  #call({ name, args }: Call, now: Millis): Value {
    const values = args.map((arg) => this.at(arg, now));
    const [first, second] = values;
    if (first === undefined) return { is: 'scalar', value: this.#toClock(now) / 1000 };
    if (first.is === 'matrix') return overRange(name, first);
    switch (name) {
      case 'vector':
        return vector([{ metric: {}, value: scalarOf(first) }]);
      case 'scalar':
        return { is: 'scalar', value: onlyOf(samplesOf(first)) };
      case 'histogram_quantile':
        return vector(histogramQuantile(scalarOf(first), second === undefined ? [] : samplesOf(second)));
      case 'clamp_min': {
        const least = second === undefined ? Number.NaN : scalarOf(second);
        return mapped(first, (value) => Math.max(value, least));
      }
      case 'absent':
        return vector(samplesOf(first).length > 0 ? [] : [{ metric: absentLabels(args[0]), value: 1 }]);
      default:
        return mapped(first, Math.abs);
    }
  }
}

const scalarOf = (value: Value): number => (value.is === 'scalar' ? value.value : Number.NaN);
const onlyOf = (samples: readonly VectorSample[]): number =>
  samples.length === 1 ? (samples[0]?.value ?? Number.NaN) : Number.NaN;

const mapped = (value: Value, change: (value: number) => number): Value =>
  vector(
    samplesOf(value).map((sample) => ({ metric: withoutName(sample.metric), value: change(sample.value) })),
  );

const negated = (value: Value): Value =>
  value.is === 'scalar' ? { is: 'scalar', value: -value.value } : mapped(value, (one) => -one);

/** What `absent` can tell of the series that is not there: its labels as far as they are certain. */
const absentLabels = (expr: Expr | undefined): Labels => {
  if (expr?.is === 'parens') return absentLabels(expr.of);
  if (expr?.is !== 'selector') return {};
  const sure = expr.matchers.filter(
    ({ name, op }) =>
      op === '=' && name !== '__name__' && expr.matchers.filter((m) => m.name === name).length === 1,
  );
  return Object.fromEntries(sure.map(({ name, value }) => [name, value]).sort());
};
