import type { Millis } from '../../domain/fault.ts';
import type { Labels } from '../exposition/family.ts';
import type { Points } from '../monitoring/time-series.ts';

export interface VectorSample {
  readonly metric: Labels;
  readonly value: number;
}

export interface MatrixSeries {
  readonly metric: Labels;
  readonly points: Points;
}

/** What an expression gives at one moment. */
export type Value =
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

export const vector = (samples: readonly VectorSample[]): Value => ({ is: 'vector', samples });

export const samplesOf = (value: Value): readonly VectorSample[] =>
  value.is === 'vector' ? value.samples : [];

/** Labels never change, so what is made of them is made once: the same series come again at every step. */
const nameless = new WeakMap<Labels, Labels>();

export const withoutName = (metric: Labels): Labels => {
  const known = nameless.get(metric);
  if (known !== undefined) return known;
  const { __name__: _, ...labels } = metric;
  nameless.set(metric, labels);
  return labels;
};

/** The labels that are listed, or those that are not; never the name unless it is listed. */
export const keepLabels = (metric: Labels, by: boolean, labels: readonly string[]): Labels =>
  Object.fromEntries(
    Object.entries(metric).filter(([name]) => labels.includes(name) === by && (by || name !== '__name__')),
  );

/** Labels as one text: equal sets give equal texts, since names are kept in order. */
export const keyOf = (labels: Labels): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}\u0001${value}`)
    .join('\u0002');

/** Labels as Prometheus prints them in messages. */
export const labelsText = (labels: Labels): string =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
