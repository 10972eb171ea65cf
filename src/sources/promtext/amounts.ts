import { type Amount, type Amounts, without } from './amount.ts';
import { type Catalogue, type Known, labelKey } from './catalogue.ts';
import type { MetricRead, Selector } from './metric-read.ts';
import { type Bucket, bucketQuantile } from './quantile.ts';
import type { Rates } from './rates.ts';
import { type FlatLabels, labelOf } from './scan/page.ts';
import { select } from './select.ts';

type Counting = Pick<MetricRead, 'perMs' | 'quantile' | 'fold'>;

const needsTwo = 'a rate needs two scrapes';
const bound: ReadonlySet<string> = new Set(['le']);
const quantileLabel: ReadonlySet<string> = new Set(['quantile']);

/** What the series of a selector say: as they stand, as rates, or as a quantile of each histogram among them. */
export const amountsOf = (selector: Selector, how: Counting, catalogue: Catalogue, rates: Rates): Amounts => {
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
