import type { Millis } from '../../domain/base/fault.ts';
import type { MetricLabels } from '../exposition/metric-family.ts';
import type { SeriesPoints } from './time-series.ts';

export interface VectorSample {
  readonly metric: MetricLabels;
  readonly value: number;
}

export interface MatrixSeries {
  readonly metric: MetricLabels;
  readonly points: SeriesPoints;
}

/** Result of an expression at one time. */
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

/** An error during evaluation: `execution` in the API. */
export class ExecutionError extends Error {}

export const vectorValue = (samples: readonly VectorSample[]): QueryValue => ({ is: 'vector', samples });

export const vectorSamples = (value: QueryValue): readonly VectorSample[] =>
  value.is === 'vector' ? value.samples : [];

/** Caches by label set: labels are immutable, and the same series recur at every step. */
const nameless = new WeakMap<MetricLabels, MetricLabels>();

export const withoutName = (metric: MetricLabels): MetricLabels => {
  const known = nameless.get(metric);
  if (known !== undefined) return known;
  const { __name__: _, ...labels } = metric;
  nameless.set(metric, labels);
  return labels;
};

/** The listed labels, or all others; the name only if listed. */
export const keepLabels = (metric: MetricLabels, by: boolean, labels: readonly string[]): MetricLabels =>
  Object.fromEntries(
    Object.entries(metric).filter(([name]) => labels.includes(name) === by && (by || name !== '__name__')),
  );

/** Canonical text of labels: equal sets have equal texts, because names are sorted. */
export const labelsKey = (labels: MetricLabels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}\u0001${value}`)
    .join('\u0002');

/** Labels in the format of Prometheus' messages. */
export const labelsText = (labels: MetricLabels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
