import { clipped } from '../../platform/terminal/sanitize.ts';
import type { Amount } from './amount.ts';
import { amountsOf } from './amounts.ts';
import type { Catalogue } from './catalogue.ts';
import { foldAmounts } from './fold-amounts.ts';
import type { MetricRead } from './metric-read.ts';
import type { Rates } from './rates.ts';
import { ratios } from './ratio.ts';

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
