import { clipped } from '../../../sdk.ts';

const maxKeptFlaws = 5;
const maxFlawLength = 160;

/** What is wrong with a page: the first few lines, and how many there are. */
export class FlawList {
  readonly first: Flaw[] = [];
  count = 0;

  add(line: number, what: string): void {
    this.count += 1;
    if (this.first.length < maxKeptFlaws) this.first.push({ line, what: clipped(what, maxFlawLength) });
  }
}

/** The types of the text format 0.0.4 (`untyped`) and of OpenMetrics 1.0 (`unknown` and the last three). */
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

/** What HELP, TYPE and UNIT lines tell of a family; undefined where there is no such line. */
export interface PageFamily {
  readonly name: string;
  readonly type: FamilyType | undefined;
  readonly help: string | undefined;
  readonly unit: string | undefined;
}

/** Names and values in turn, as they were written: ['area', 'heap', 'id', 'G1 Eden Space']. */
export type FlatLabels = readonly string[];

/** An example behind a bucket or a counter: a trace id, mostly. */
export interface Exemplar {
  readonly labels: FlatLabels;
  readonly value: number;
  readonly atMs?: number;
}

/** One sample line. */
export interface PageSeries {
  /** With its suffix: `http_requests_total`, `latency_seconds_bucket`. */
  readonly name: string;
  readonly labels: FlatLabels;
  readonly value: number;
  /** The sample's own time in ms since the epoch, by the clock of whoever wrote it; mostly there is none. */
  readonly stampMs: number | undefined;
  readonly exemplar: Exemplar | undefined;
  readonly line: number;
}

/** Something on the page that is not as it should be. */
interface Flaw {
  /** Counted from 1. */
  readonly line: number;
  readonly what: string;
}

/** What was read of a page: the series that were wanted, in its order. */
export interface MetricsPage {
  readonly series: readonly PageSeries[];
  /** By name; of wanted names only, where names were given. */
  readonly families: ReadonlyMap<string, PageFamily>;
  /** Sample lines on the whole page, also those that nobody wanted. */
  readonly sampleCount: number;
  /** The first few. */
  readonly flaws: readonly Flaw[];
  /** All of them. */
  readonly flawCount: number;
}

/** The value of a label; '' when there is none, which in Prometheus is the same. */
export const labelValue = (labels: FlatLabels, name: string): string => {
  for (let at = 0; at < labels.length; at += 2) if (labels[at] === name) return labels[at + 1] ?? '';
  return '';
};
