import { clipped, isoTime, type MetricDescription, type Millis } from '../../sdk.ts';
import type { CounterRates } from './counter-rates.ts';
import type { CompiledMetricRead, PromtextFold, SeriesSelector } from './metric-read.ts';
import { selectSeries } from './metric-read.ts';
import type { PageIndex } from './page-index.ts';
import { familyName, type KeyedSeries, labelKey } from './page-index.ts';
import { type FlatLabels, labelValue } from './scan/page.ts';

/** Number of observations up to `le`. */
export interface HistogramBucket {
  readonly le: number;
  readonly count: number;
}

/** Sums buckets with equal bounds, sorts them, and makes their counts monotonic. */
const normalizeBuckets = (buckets: readonly HistogramBucket[]): readonly HistogramBucket[] => {
  const byBound = new Map<number, number>();
  for (const { le, count } of buckets) byBound.set(le, (byBound.get(le) ?? 0) + count);
  let most = 0;
  return [...byBound]
    .sort(([a], [b]) => a - b)
    .map(([le, count]) => {
      most = Math.max(most, count);
      return { le, count: most };
    });
};

/**
 * Estimates the quantile `q` (0..1) from buckets: linear inside the bucket that contains it. The first bucket begins at
 * 0; if its bound is not above 0, the result is its bound. In the last bucket, +Inf, the result is the bound below it.
 * Undefined without a +Inf bucket, without another one, or without observations.
 * Source: Prometheus, histogram_quantile.
 */
export const bucketQuantile = (q: number, written: readonly HistogramBucket[]): number | undefined => {
  const buckets = normalizeBuckets(written);
  const last = buckets.at(-1);
  const lastBound = buckets.at(-2)?.le;
  if (last === undefined || lastBound === undefined || last.le !== Number.POSITIVE_INFINITY) return undefined;
  if (!(last.count > 0)) return undefined;
  const rank = q * last.count;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[index];
  if (bucket === undefined || bucket === last) return lastBound;
  const below = buckets[index - 1] ?? { le: 0, count: 0 };
  if (index === 0 && bucket.le <= 0) return bucket.le;
  const inside = bucket.count - below.count;
  return inside === 0 ? undefined : below.le + (bucket.le - below.le) * ((rank - below.count) / inside);
};

/** Value of a series (or of several combined), or the reason for its absence. `ageMs`: by the timestamp of its sample. */
type SeriesValue = { readonly labels: FlatLabels; readonly ageMs?: Millis } & (
  | { readonly value: number }
  | { readonly value?: undefined; readonly why: string }
);

/** Values of a selector under the matching name, or the reason for their absence. */
type SeriesValues =
  | { readonly name: string; readonly amounts: readonly SeriesValue[] }
  | { readonly why: string };

/** Removes labels by name. */
const withoutLabels = (labels: FlatLabels, names: ReadonlySet<string>): FlatLabels => {
  if (names.size === 0) return labels;
  return labels.filter((_, index) => !names.has(labels[index - (index % 2)] ?? ''));
};

type ReadOptions = Pick<CompiledMetricRead, 'perMs' | 'quantile' | 'fold'>;

const needsTwoScrapes = 'no data yet: a rate needs two scrapes';
const bucketLabel: ReadonlySet<string> = new Set(['le']);
const quantileLabel: ReadonlySet<string> = new Set(['quantile']);

/** Age of a sample from which it is no value of now, as in Prometheus (its staleness of five minutes). */
const staleAfterMs: Millis = 300_000;

/** The age of a sample that carries its own time; undefined for any other. A clock that is behind makes no sample younger than 0. */
const ageOf = ({ series: { stampMs } }: KeyedSeries, wallNow: Millis): Millis | undefined =>
  stampMs === undefined ? undefined : Math.max(0, wallNow - stampMs);

const isStale = (known: KeyedSeries, wallNow: Millis): boolean => (ageOf(known, wallNow) ?? 0) > staleAfterMs;

const staleValue = (known: KeyedSeries, wallNow: Millis): SeriesValue => {
  const { labels, stampMs = 0 } = known.series;
  return {
    ...{ labels, ageMs: ageOf(known, wallNow) ?? 0 },
    why: `the sample is stale, with timestamp ${isoTime(stampMs)}`,
  };
};

/** Reads the series of a selector: as they are, as rates, or as a quantile of each histogram. */
const readSeries = (
  selector: SeriesSelector,
  how: ReadOptions,
  catalogue: PageIndex,
  rates: CounterRates,
  wallNow: Millis,
): SeriesValues => {
  const selected = selectSeries(selector, catalogue, how.quantile);
  if ('why' in selected) return selected;
  const { name, sampleName, series } = selected;
  const isHistogram = how.quantile !== undefined && sampleName.endsWith('_bucket');
  const fresh = series.filter((known) => !isStale(known, wallNow));
  const stale = fresh.length === 0 ? series.slice(0, 1) : [];
  const amounts = isHistogram
    ? [
        ...histogramQuantiles(fresh, how, how.quantile, rates),
        ...stale.map((known) => staleValue(known, wallNow)),
      ]
    : series.map((known) => {
        if (isStale(known, wallNow)) return staleValue(known, wallNow);
        const ageMs = ageOf(known, wallNow);
        return { ...seriesValue(known, how, rates), ...(ageMs === undefined ? {} : { ageMs }) };
      });
  return {
    name,
    amounts: amounts.map((amount) => ({ ...amount, labels: withoutLabels(amount.labels, selector.pinned) })),
  };
};

const seriesValue = (
  known: KeyedSeries,
  { perMs, quantile }: ReadOptions,
  rates: CounterRates,
): SeriesValue => {
  const { labels, value } = known.series;
  if (quantile !== undefined) {
    const remainingLabels = withoutLabels(labels, quantileLabel);
    return perMs === undefined
      ? { labels: remainingLabels, value }
      : {
          labels: remainingLabels,
          why: 'opsdeck cannot compute the rate of a summary quantile: use a histogram',
        };
  }
  if (perMs === undefined) return { labels, value };
  const growth = rates.growth(known);
  return growth === undefined
    ? { labels, why: needsTwoScrapes }
    : { labels, value: (growth.by * perMs) / growth.overMs };
};

interface Histogram {
  readonly labels: FlatLabels;
  readonly buckets: HistogramBucket[];
  /** A bucket is not known yet: a quantile without it would be wrong. */
  isPartial: boolean;
}

/** One quantile per histogram; when they are summed, one over all buckets, since quantiles cannot be added. */
const histogramQuantiles = (
  series: readonly KeyedSeries[],
  { perMs, fold }: ReadOptions,
  quantile: number,
  rates: CounterRates,
): readonly SeriesValue[] => {
  const histograms = new Map<string, Histogram>();
  for (const known of series) {
    const { labels, value } = known.series;
    const le = bucketBound(labels);
    if (le === undefined) continue;
    const remainingLabels = fold === 'sum' ? [] : withoutLabels(labels, bucketLabel);
    const key = labelKey(remainingLabels);
    const histogram = histograms.get(key) ?? { labels: remainingLabels, buckets: [], isPartial: false };
    histograms.set(key, histogram);
    const growth = perMs === undefined ? { by: value } : rates.growth(known);
    if (growth === undefined) histogram.isPartial = true;
    else histogram.buckets.push({ le, count: growth.by });
  }
  return [...histograms.values()].map((histogram) => histogramQuantile(histogram, quantile, perMs));
};

const histogramQuantile = (
  { labels, buckets, isPartial }: Histogram,
  quantile: number,
  perMs: number | undefined,
): SeriesValue => {
  if (isPartial) return { labels, why: needsTwoScrapes };
  const value = bucketQuantile(quantile, buckets);
  if (value !== undefined) return { labels, value };
  const last = buckets.find(({ le }) => le === Number.POSITIVE_INFINITY);
  if (last === undefined || buckets.length < 2)
    return { labels, why: 'the histogram has incomplete buckets, so there is no quantile' };
  return {
    labels,
    why:
      perMs === undefined
        ? 'the histogram has no observations yet'
        : 'the histogram has no new observations since the previous scrape',
  };
};

const bucketBound = (labels: FlatLabels): number | undefined => {
  const written = labelValue(labels, 'le');
  const value = /^\+?inf(inity)?$/i.test(written) ? Number.POSITIVE_INFINITY : Number(written);
  return written.trim() === '' || Number.isNaN(value) ? undefined : value;
};

/**
 * Divides each value by the one with the same labels, or all by the only one there is. A division by 0 has no value: no
 * threshold could be meant for it.
 */
const divideByLabels = (
  over: readonly SeriesValue[],
  under: readonly SeriesValue[],
  /** Labels used in a matcher of either side; ignored for pairing. */
  pinned: ReadonlySet<string>,
): readonly SeriesValue[] => {
  const only = under.length === 1 ? under[0] : undefined;
  const byLabels = Map.groupBy(under, ({ labels }) => labelKey(withoutLabels(labels, pinned)));
  return over.map((amount) => {
    const partners =
      only === undefined ? (byLabels.get(labelKey(withoutLabels(amount.labels, pinned))) ?? []) : [only];
    return divide(amount, partners);
  });
};

const divide = (amount: SeriesValue, partners: readonly SeriesValue[]): SeriesValue => {
  const { labels } = amount;
  const [by] = partners;
  if (amount.value === undefined) return amount;
  if (by === undefined)
    return { labels, why: 'ratioTo has no series with the same labels. Set labels or fold under ratioTo' };
  if (partners.length > 1)
    return {
      labels,
      why: `${partners.length} series under ratioTo have the same labels: set fold under ratioTo`,
    };
  if (by.value === undefined) return { labels, why: by.why };
  if (by.value === 0) return { labels, why: amount.value === 0 ? '0 divided by 0' : 'divided by 0' };
  return { labels, value: amount.value / by.value };
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
/** Prometheus ignores NaN in min and max when there is another number; a sum with NaN is NaN. */
const extreme = (values: readonly number[], of: (a: number, b: number) => number): number => {
  const numbers = values.filter((value) => !Number.isNaN(value));
  return numbers.length === 0 ? Number.NaN : numbers.reduce((a, b) => of(a, b));
};

const foldFunctions: Readonly<Record<PromtextFold, (values: readonly number[]) => number>> = {
  sum,
  avg: (values) => sum(values) / values.length,
  min: (values) => extreme(values, Math.min),
  max: (values) => extreme(values, Math.max),
  count: (values) => values.length,
};

/**
 * Aggregates several series like PromQL. A series without a value yet (a new counter, for rates) is left out, as in
 * Prometheus; without any value there is no result.
 */
const foldValues = (amounts: readonly SeriesValue[], fold: PromtextFold): SeriesValue => {
  const values = amounts.flatMap(({ value }) => (value === undefined ? [] : [value]));
  if (values.length > 0) return { labels: [], value: foldFunctions[fold](values) };
  const why = amounts.map((amount) => ('why' in amount ? amount.why : '')).find((reason) => reason !== '');
  return { labels: [], why: why ?? 'no series' };
};

/** One row of a signal: a value, or the reason for its absence. */
export interface SignalReading {
  /** Age by the timestamp of its sample; absent: it has none. */
  readonly ageMs?: Millis;
  readonly labels: Readonly<Record<string, string>>;
  readonly value?: number;
  readonly why?: string;
  /** Unit and description of its metric. Absent: the page has none. */
  readonly metric?: MetricDescription;
}

/** Label with the name that was found among several. */
const metricNameLabel = 'metric';
const maxLabelLength = 200;
const maxHelpLength = 300;

/**
 * Rows of a signal on a page, at least one: one with an aggregation; otherwise one per series, with its distinguishing
 * labels. Where the read names several metrics, the label `metric` contains the one found. `wallNow`: the clock of the machine,
 * against which samples with a time of their own are judged.
 */
export const readSignal = (
  read: CompiledMetricRead,
  catalogue: PageIndex,
  rates: CounterRates,
  wallNow: Millis,
): readonly SignalReading[] => {
  const { selector: from, divisor: to, fold } = read;
  const folded = (amounts: readonly SeriesValue[]): readonly SeriesValue[] =>
    fold === undefined ? amounts : [foldValues(amounts, fold)];
  const over = readSeries(from, read, catalogue, rates, wallNow);
  const under = to && readSeries(to, { ...read, quantile: undefined }, catalogue, rates, wallNow);
  if ('why' in over) return [{ labels: {}, why: over.why }];
  if (under !== undefined && 'why' in under) return [{ labels: {}, why: under.why }];
  const pinned = new Set([...from.pinned, ...(to?.pinned ?? [])]);
  const rows =
    under === undefined
      ? folded(over.amounts)
      : divideByLabels(folded(over.amounts), folded(under.amounts), pinned);
  const nameLabel = from.names.length > 1 ? { [metricNameLabel]: over.name } : {};
  const metric = descriptionOf(over.name, catalogue);
  return rows.map((row) => ({
    ...toSignalReading(row, nameLabel),
    ...(metric === undefined ? {} : { metric }),
  }));
};

/** Unit and description of a metric; undefined: the page has neither. */
const descriptionOf = (name: string, { families }: PageIndex): MetricDescription | undefined => {
  const { unit, help: written = '' } = families.get(familyName(name, families)) ?? {};
  const help = written.trim() === '' ? undefined : written;
  if (unit === undefined && help === undefined) return undefined;
  return {
    ...(unit === undefined ? {} : { unit }),
    ...(help === undefined ? {} : { help: clipped(help, maxHelpLength) }),
  };
};

const toSignalReading = (
  amount: SeriesValue,
  extraLabels: Readonly<Record<string, string>>,
): SignalReading => {
  const { ageMs } = amount;
  const row = {
    labels: { ...displayLabels(amount), ...extraLabels },
    ...(ageMs === undefined ? {} : { ageMs }),
  };
  if (amount.value === undefined) return { ...row, why: amount.why };
  return Number.isNaN(amount.value)
    ? { ...row, why: 'the value on the page is NaN, not a number' }
    : { ...row, value: amount.value };
};

/** Labels for display: on one line, with limited length. */
const displayLabels = ({ labels }: SeriesValue): Readonly<Record<string, string>> => {
  const shown: [string, string][] = [];
  for (let index = 0; index < labels.length; index += 2)
    shown.push([
      labels[index] ?? '',
      clipped((labels[index + 1] ?? '').replaceAll('\n', ' '), maxLabelLength),
    ]);
  return Object.fromEntries(shown);
};
