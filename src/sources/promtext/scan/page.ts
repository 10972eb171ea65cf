import { clipped } from '../../../sdk.ts';

const maxKeptFlaws = 5;
const maxFlawLength = 160;

/** Problems of a page: the first few, and their total number. */
export class FlawList {
  readonly first: Flaw[] = [];
  count = 0;

  add(line: number, what: string): void {
    this.count += 1;
    if (this.first.length < maxKeptFlaws) this.first.push({ line, what: clipped(what, maxFlawLength) });
  }
}

/** Types of the text format 0.0.4 (`untyped`) and of OpenMetrics 1.0 (`unknown` and the last three). */
export const familyTypes = [
  'counter',
  'gauge',
  'histogram',
  'summary',
  'untyped',
  'unknown',
  'info',
  'stateset',
  'gaugehistogram',
] as const;

export type FamilyType = (typeof familyTypes)[number];

/** Metadata of a family from its HELP, TYPE and UNIT lines; undefined without such a line. */
export interface PageFamily {
  readonly name: string;
  readonly type: FamilyType | undefined;
  readonly help: string | undefined;
  readonly unit: string | undefined;
}

/** Alternating names and values, as written: ['area', 'heap', 'id', 'G1 Eden Space']. */
export type FlatLabels = readonly string[];

/** An exemplar after a bucket or a counter, usually a trace id. */
export interface Exemplar {
  readonly labels: FlatLabels;
  readonly value: number;
  readonly atMs?: number;
}

/** One sample line. */
export interface PageSeries {
  /** Including its suffix: `http_requests_total`, `latency_seconds_bucket`. */
  readonly name: string;
  readonly labels: FlatLabels;
  readonly value: number;
  /** The sample's own timestamp in ms since the epoch, by the writer's clock; usually absent. */
  readonly stampMs: number | undefined;
  readonly exemplar: Exemplar | undefined;
  readonly line: number;
}

/** A problem on the page. */
interface Flaw {
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

/** A parsed page: the wanted series, in its order. */
export interface MetricsPage {
  readonly series: readonly PageSeries[];
  /** By name; only wanted ones, if names were given. */
  readonly families: ReadonlyMap<string, PageFamily>;
  /** Sample lines on the whole page, including unwanted ones. */
  readonly sampleCount: number;
  /** The first few problems. */
  readonly flaws: readonly Flaw[];
  /** Number of all problems. */
  readonly flawCount: number;
}

/** Value of a label; '' for a missing one, which is equivalent in Prometheus. */
export const labelValue = (labels: FlatLabels, name: string): string => {
  for (let index = 0; index < labels.length; index += 2)
    if (labels[index] === name) return labels[index + 1] ?? '';
  return '';
};
