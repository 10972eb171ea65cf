import { WireError } from '../../platform/wire-error.ts';
import { field, list, stringMapOf, text } from '../wire-value.ts';

/** One value of the wire: NaN and infinities are none, and `why` says so. */
interface InstantValue {
  readonly value?: number;
  readonly why?: string;
}

/** One series at one moment. */
export interface InstantSeries extends InstantValue {
  readonly labels: Readonly<Record<string, string>>;
}

/** What an instant query gives. A scalar is one series without labels. */
export interface InstantResult {
  readonly series: readonly InstantSeries[];
  /** How many more series the answer has, which were not read; absent: none. */
  readonly left?: number;
  /** The answer of a query that is a text. */
  readonly word?: string;
  /** When it was evaluated, by the server's clock: ms since the epoch; absent for a vector without series. */
  readonly evaluatedAt?: number;
}

/** One series over time. `at`: ms since the epoch, by the server's clock. */
export interface RangeSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly (InstantValue & { readonly at: number })[];
}

/** '42.5', 'NaN', '+Inf' → a finite number or why there is none. Source: Prometheus, HTTP API, "Expression query result formats". */
export const parseInstantValue = (written: unknown): InstantValue => {
  const word = text(written)?.trim() ?? '';
  if (word === 'NaN') return { why: 'NaN: not a number' };
  if (/^[+-]?Inf$/.test(word)) return { why: `${word} is not a finite number` };
  const value = word === '' ? Number.NaN : Number(word);
  return Number.isFinite(value) ? { value } : { why: 'the response has no number' };
};

const malformed = (what: string): WireError => new WireError('malformed', what);

/** A pair [seconds, "value"] in ms. */
const parseTimedValue = (value: unknown): { readonly at: number; readonly written: unknown } => {
  const [seconds, written] = list(value);
  if (typeof seconds !== 'number') throw malformed('a value has no timestamp');
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

/** What of an instant query is wanted; default: all of it. */
export interface InstantOptions {
  /** As many series are read, the first ones. */
  readonly maxSeries?: number;
  /** False: only values are read, for a fold over very many series. */
  readonly hasLabels?: boolean;
}

/** The `data` of an instant query: vector, scalar or string. Throws `malformed`: also for a range vector, which has no one value. */
export const parseInstantResult = (
  data: unknown,
  { maxSeries: most = Number.POSITIVE_INFINITY, hasLabels = true }: InstantOptions = {},
): InstantResult => {
  const result = field(data, 'result');
  const type = text(field(data, 'resultType'));
  if (type === 'vector') {
    const all = list(result);
    const read = (most < all.length ? all.slice(0, most) : all).map((item) =>
      parseInstantSeries(item, hasLabels),
    );
    const at = read[0]?.at;
    return {
      series: read.map(({ series }) => series),
      ...(all.length > read.length ? { left: all.length - read.length } : {}),
      ...(at === undefined ? {} : { evaluatedAt: at }),
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
  throw malformed(`not a query result: resultType is ${type ?? 'absent'}`);
};

/** The `data` of a range query. Throws `malformed`. */
export const parseRangeResult = (data: unknown): readonly RangeSeries[] => {
  const type = text(field(data, 'resultType'));
  if (type !== 'matrix') throw malformed(`not a range query result: resultType is ${type ?? 'absent'}`);
  return list(field(data, 'result')).map((item) => ({
    labels: stringMapOf(field(item, 'metric')),
    points: list(field(item, 'values')).map((value) => {
      const { at, written } = parseTimedValue(value);
      return { at, ...parseInstantValue(written) };
    }),
  }));
};
