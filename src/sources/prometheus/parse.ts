import { defined } from '../../domain/base/defined.ts';
import { WireError } from '../../platform/runtime/wire-error.ts';
import { field, goList, list, stringMapOf, text } from '../kit/values/wire-value.ts';

/** One parsed value: NaN and infinities are no value, with the reason in `why`. */
interface InstantValue {
  readonly value?: number;
  readonly why?: string;
}

/** One series at one time. */
export interface InstantSeries extends InstantValue {
  readonly labels: Readonly<Record<string, string>>;
}

/** Result of an instant query. A scalar is one series without labels. */
export interface InstantResult {
  readonly series: readonly InstantSeries[];
  /** Number of series that were not read; absent: none. */
  readonly left?: number;
  /** Result of a query that returns a string. */
  readonly word?: string;
  /** Evaluation time by the server's clock in ms since the epoch; absent for an empty vector. */
  readonly evaluatedAt?: number;
}

/** One series over time. `at`: ms since the epoch, by the server's clock. */
export interface RangeSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (InstantValue & { readonly at: number })[];
}

/**
 * Parses '42.5', '+Inf', 'NaN' into a number or the reason for its absence. Source: Prometheus, HTTP API,
 * "Expression query result formats".
 */
export const parseInstantValue = (written: unknown): InstantValue => {
  const word = text(written)?.trim() ?? '';
  if (word === 'NaN') return { why: 'the result is NaN, not a number: check the query for a division by 0' };
  if (/^[+-]?Inf$/.test(word)) return { value: word.startsWith('-') ? -Infinity : Infinity };
  const value = word === '' ? Number.NaN : Number(word);
  return Number.isFinite(value)
    ? { value }
    : { why: 'the response has no number: check that url is a Prometheus server' };
};

const malformed = (what: string): WireError => new WireError('malformed', what);

/** Parses a pair [seconds, "value"] and converts to ms. */
const parseTimedValue = (value: unknown): { readonly at: number; readonly written: unknown } => {
  const [seconds, written] = list(value);
  if (typeof seconds !== 'number')
    throw malformed('a value in the response has no timestamp: check that url is a Prometheus server');
  return { at: Math.round(seconds * 1000), written };
};

const noLabels: InstantSeries['labels'] = {};

const parseInstantSeries = (
  item: unknown,
  hasLabels: boolean,
): { readonly series: InstantSeries; readonly at: number } => {
  const labels = hasLabels ? stringMapOf(field(item, 'metric')) : noLabels;
  const histogram = field(item, 'histogram');
  if (histogram !== undefined)
    return {
      series: {
        labels,
        why: 'a native histogram is not a number: use histogram_quantile() or histogram_count()',
      },
      at: parseTimedValue(histogram).at,
    };
  const { at, written } = parseTimedValue(field(item, 'value'));
  return { series: { labels, ...parseInstantValue(written) }, at };
};

/** Parts of an instant query result to parse; default: all of it. */
export interface InstantOptions {
  /** Maximum number of series to parse, from the first. */
  readonly maxSeries?: number;
  /** False: of very many series only the values are parsed, to aggregate them. */
  readonly hasLabels?: boolean;
}

/** Series of an aggregate whose labels are kept, so that one that is gone later is noticed. */
export const mostParts = 500;

/**
 * Parses the `data` of an instant query: vector, scalar or string. Throws `malformed`, also for a range vector, which
 * has no single value.
 */
export const parseInstantResult = (
  data: unknown,
  { maxSeries: most = Number.POSITIVE_INFINITY, hasLabels = true }: InstantOptions = {},
): InstantResult => {
  const result = field(data, 'result');
  const type = text(field(data, 'resultType'));
  if (type === 'vector') {
    const all = goList(result, 'result');
    const read = (most < all.length ? all.slice(0, most) : all).map((item) =>
      parseInstantSeries(item, hasLabels || all.length <= mostParts),
    );
    const time = read[0]?.at;
    return {
      series: read.map(({ series }) => series),
      ...(all.length > read.length ? { left: all.length - read.length } : {}),
      ...defined({ evaluatedAt: time }),
    };
  }
  if (type === 'scalar' || type === 'string') {
    const { at, written } = parseTimedValue(result);
    if (type === 'string') return { series: [], word: text(written) ?? '', evaluatedAt: at };
    return { series: [{ labels: {}, ...parseInstantValue(written) }], evaluatedAt: at };
  }
  if (type === 'matrix')
    throw malformed(
      'the query returns a range vector: use one that returns an instant vector, such as rate(…[5m])',
    );
  throw malformed(`opsdeck cannot read the result of the query, whose resultType is ${type ?? 'absent'}`);
};

/** Parses the `data` of a range query. Throws `malformed`. */
export const parseRangeResult = (data: unknown): readonly RangeSeries[] => {
  const type = text(field(data, 'resultType'));
  if (type !== 'matrix')
    throw malformed(
      `opsdeck cannot read the result of the range query, whose resultType is ${type ?? 'absent'}`,
    );
  return goList(field(data, 'result'), 'result').map((item) => ({
    labels: stringMapOf(field(item, 'metric')),
    points: list(field(item, 'values')).map((value) => {
      const { at, written } = parseTimedValue(value);
      return { at, ...parseInstantValue(written) };
    }),
  }));
};
