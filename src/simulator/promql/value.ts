import type { Millis } from '../../domain/fault.ts';
import type { MetricLabels } from '../exposition/metric-family.ts';
import type { SeriesPoints } from '../monitoring/time-series.ts';

export interface VectorSample {
  readonly metric: MetricLabels;
  readonly value: number;
}

export interface MatrixSeries {
  readonly metric: MetricLabels;
  readonly points: SeriesPoints;
}

/** What an expression gives at one moment. */
export type QueryValue =
  | { readonly is: 'scalar'; readonly value: number }
  | { readonly is: 'string'; readonly value: string }
  | { readonly is: 'vector'; readonly samples: readonly VectorSample[] }
  | {
      readonly is: 'matrix';
      readonly series: readonly MatrixSeries[];
      readonly from: Millis;
      readonly to: Millis;
    };

/** A query that was understood and has no answer: the API's `execution`. */
export class ExecutionError extends Error {}

export const vectorValue = (samples: readonly VectorSample[]): QueryValue => ({ is: 'vector', samples });

export const vectorSamples = (value: QueryValue): readonly VectorSample[] =>
  value.is === 'vector' ? value.samples : [];

/** Labels never change, so what is made of them is made once: the same series come again at every step. */
const nameless = new WeakMap<MetricLabels, MetricLabels>();

export const withoutName = (metric: MetricLabels): MetricLabels => {
  const known = nameless.get(metric);
  if (known !== undefined) return known;
  const { __name__: _, ...labels } = metric;
  nameless.set(metric, labels);
  return labels;
};

/** The labels that are listed, or those that are not; never the name unless it is listed. */
export const keepLabels = (metric: MetricLabels, by: boolean, labels: readonly string[]): MetricLabels =>
  Object.fromEntries(
    Object.entries(metric).filter(([name]) => labels.includes(name) === by && (by || name !== '__name__')),
  );

/** Labels as one text: equal sets give equal texts, since names are kept in order. */
export const labelsKey = (labels: MetricLabels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}\u0001${value}`)
    .join('\u0002');

/** Labels as Prometheus prints them in messages. */
export const labelsText = (labels: MetricLabels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
