import { clipped } from '../../sdk.ts';
import type { Catalogue } from './catalogue.ts';
import { type Known, labelKey } from './catalogue.ts';
import type { Fold, MetricRead, Selector } from './metric-read.ts';
import { select } from './metric-read.ts';
import type { Rates } from './rates.ts';
import { type FlatLabels, labelOf } from './scan/page.ts';

/** How many observations were at most `le`. */
export interface Bucket {
  readonly le: number;
  readonly count: number;
}

/** Buckets with the same bound added up, in the order of their bounds; a count is never less than the one before it. */
const tidy = (buckets: readonly Bucket[]): readonly Bucket[] => {
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
 * The value below which a share `q` (0..1) of the observations lies: linear inside the bucket that holds it. The first
 * bucket begins at 0 (one whose bound is not above 0 has no width: its bound is the answer); what lies in the last one,
 * +Inf, is told as the bound below it. Undefined without a +Inf bucket, without another one, or where nothing was observed.
 * Source: Prometheus, histogram_quantile.
 */
export const bucketQuantile = (q: number, written: readonly Bucket[]): number | undefined => {
  const buckets = tidy(written);
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

/** What a series (or several as one) says, or why it says nothing. */
type Amount = { readonly labels: FlatLabels } & (
  | { readonly value: number }
  | { readonly value?: undefined; readonly why: string }
);

/** The amounts of a selector under the name that was found, or why there are none. */
type Amounts = { readonly name: string; readonly amounts: readonly Amount[] } | { readonly why: string };

/** The labels without some of them. */
const without = (labels: FlatLabels, names: ReadonlySet<string>): FlatLabels => {
  if (names.size === 0) return labels;
  return labels.filter((_, at) => !names.has(labels[at - (at % 2)] ?? ''));
};

type Counting = Pick<MetricRead, 'perMs' | 'quantile' | 'fold'>;

const needsTwo = 'a rate needs two scrapes';
const bound: ReadonlySet<string> = new Set(['le']);
const quantileLabel: ReadonlySet<string> = new Set(['quantile']);

/** What the series of a selector say: as they stand, as rates, or as a quantile of each histogram among them. */
const amountsOf = (selector: Selector, how: Counting, catalogue: Catalogue, rates: Rates): Amounts => {
  const found = select(selector, catalogue, how.quantile);
  if ('why' in found) return found;
  const { name, sampleName, series } = found;
  const isHistogram = how.quantile !== undefined && sampleName.endsWith('_bucket');
  const amounts = isHistogram
    ? quantiles(series, how, how.quantile, rates)
    : series.map((known) => amountOf(known, how, rates));
  return {
    name,
    amounts: amounts.map((amount) => ({ ...amount, labels: without(amount.labels, selector.pinned) })),
  };
};

const amountOf = (known: Known, { perMs, quantile }: Counting, rates: Rates): Amount => {
  const { labels, value } = known.series;
  if (quantile !== undefined) {
    const rest = without(labels, quantileLabel);
    return perMs === undefined
      ? { labels: rest, value }
      : { labels: rest, why: 'the quantile of a summary has no rate: only a histogram counts' };
  }
  if (perMs === undefined) return { labels, value };
  const growth = rates.growth(known);
  return growth === undefined
    ? { labels, why: needsTwo }
    : { labels, value: (growth.by * perMs) / growth.overMs };
};

interface Histogram {
  readonly labels: FlatLabels;
  readonly buckets: Bucket[];
  /** A bucket that is not known yet: a quantile without it would be wrong. */
  isPartial: boolean;
}

/** One quantile per histogram; one of all together when they are summed, since quantiles themselves cannot be. */
const quantiles = (
  series: readonly Known[],
  { perMs, fold }: Counting,
  quantile: number,
  rates: Rates,
): readonly Amount[] => {
  const histograms = new Map<string, Histogram>();
  for (const known of series) {
    const { labels, value } = known.series;
    const le = boundOf(labels);
    if (le === undefined) continue;
    const rest = fold === 'sum' ? [] : without(labels, bound);
    const key = labelKey(rest);
    const histogram = histograms.get(key) ?? { labels: rest, buckets: [], isPartial: false };
    histograms.set(key, histogram);
    const growth = perMs === undefined ? { by: value } : rates.growth(known);
    if (growth === undefined) histogram.isPartial = true;
    else histogram.buckets.push({ le, count: growth.by });
  }
  return [...histograms.values()].map((histogram) => quantileOf(histogram, quantile, perMs));
};

const quantileOf = (
  { labels, buckets, isPartial }: Histogram,
  quantile: number,
  perMs: number | undefined,
): Amount => {
  if (isPartial) return { labels, why: needsTwo };
  const value = bucketQuantile(quantile, buckets);
  if (value !== undefined) return { labels, value };
  const last = buckets.find(({ le }) => le === Number.POSITIVE_INFINITY);
  if (last === undefined || buckets.length < 2) return { labels, why: 'its buckets are not complete' };
  return {
    labels,
    why: perMs === undefined ? 'nothing was observed yet' : 'nothing was observed since the scrape before',
  };
};

const boundOf = (labels: FlatLabels): number | undefined => {
  const written = labelOf(labels, 'le');
  const value = /^\+?inf(inity)?$/i.test(written) ? Number.POSITIVE_INFINITY : Number(written);
  return written.trim() === '' || Number.isNaN(value) ? undefined : value;
};

/**
 * Each amount divided by the one with the same labels, or all by the only one there is. 0/0 says nothing, and neither does
 * anything else over 0: it is no number that a limit could mean.
 */
const ratios = (
  over: readonly Amount[],
  under: readonly Amount[],
  /** Labels that either side is narrowed by: they pair nothing. */
  pinned: ReadonlySet<string>,
): readonly Amount[] => {
  const only = under.length === 1 ? under[0] : undefined;
  const byLabels = Map.groupBy(under, ({ labels }) => labelKey(without(labels, pinned)));
  return over.map((amount) => {
    const partners =
      only === undefined ? (byLabels.get(labelKey(without(amount.labels, pinned))) ?? []) : [only];
    return divided(amount, partners);
  });
};

const divided = (amount: Amount, partners: readonly Amount[]): Amount => {
  const { labels } = amount;
  const [by] = partners;
  if (amount.value === undefined) return amount;
  if (by === undefined) return { labels, why: 'nothing with the same labels to divide it by' };
  if (partners.length > 1)
    return { labels, why: `${partners.length} series to divide it by: give it a fold` };
  if (by.value === undefined) return { labels, why: by.why };
  if (by.value === 0) return { labels, why: amount.value === 0 ? '0 of 0' : 'divided by 0' };
  return { labels, value: amount.value / by.value };
};

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
const foldAmounts = (amounts: readonly Amount[], fold: Fold): Amount => {
  const values = amounts.flatMap(({ value }) => (value === undefined ? [] : [value]));
  if (values.length > 0) return { labels: [], value: folds[fold](values) };
  const why = amounts.map((amount) => ('why' in amount ? amount.why : '')).find((said) => said !== '');
  return { labels: [], why: why ?? 'no series' };
};

/** One row of a signal: a value, or why there is none. */
export interface Reading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value?: number;
  readonly why?: string;
}

/** The label that tells which of several names was found. */
const nameLabel = 'metric';
const longestValue = 200;

/**
 * A signal's rows on a page, at least one. With a fold there is one; without it there is one per series, labelled by what
 * tells it apart. Where the read names several metrics, `metric` says which of them was found.
 */
export const readSignal = (read: MetricRead, catalogue: Catalogue, rates: Rates): readonly Reading[] => {
  const { from, to, fold } = read;
  const folded = (amounts: readonly Amount[]): readonly Amount[] =>
    fold === undefined ? amounts : [foldAmounts(amounts, fold)];
  const over = amountsOf(from, read, catalogue, rates);
  const under = to && amountsOf(to, { ...read, quantile: undefined }, catalogue, rates);
  if ('why' in over) return [{ labels: {}, why: over.why }];
  if (under !== undefined && 'why' in under) return [{ labels: {}, why: under.why }];
  const pinned = new Set([...from.pinned, ...(to?.pinned ?? [])]);
  const rows =
    under === undefined ? folded(over.amounts) : ratios(folded(over.amounts), folded(under.amounts), pinned);
  const found = from.names.length > 1 ? { [nameLabel]: over.name } : {};
  return rows.map((row) => reading(row, found));
};

const reading = (amount: Amount, found: Readonly<Record<string, string>>): Reading => {
  const labels = { ...labelsOf(amount), ...found };
  if (amount.value === undefined) return { labels, why: amount.why };
  return Number.isNaN(amount.value) ? { labels, why: 'it says NaN' } : { labels, value: amount.value };
};

/** As they are shown: on one line, and not without end. */
const labelsOf = ({ labels }: Amount): Readonly<Record<string, string>> => {
  const shown: [string, string][] = [];
  for (let at = 0; at < labels.length; at += 2)
    shown.push([labels[at] ?? '', clipped((labels[at + 1] ?? '').replaceAll('\n', ' '), longestValue)]);
  return Object.fromEntries(shown);
};
