import { clipped } from '../../sdk.ts';
import type { Amount } from './amount.ts';
import { without } from './amount.ts';
import { amountsOf } from './amounts.ts';
import type { Catalogue } from './catalogue.ts';
import { labelKey } from './catalogue.ts';
import type { MetricRead } from './metric-read.ts';
import type { Rates } from './rates.ts';
import type { Fold } from './reads.ts';

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
