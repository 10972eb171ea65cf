import type { Millis } from '../../domain/fault.ts';
import type { MetricLabels } from '../exposition/metric-family.ts';

/** Scrape interval in ms of model time. */
export const scrapeIntervalMs: Millis = 5_000;
/** Retention of a series. */
const keptMs: Millis = 3_600_000;
const most = keptMs / scrapeIntervalMs;

/** Values of a series before the first scrape: for any time since the process started. */
export type SeriesBackfill = (at: Millis) => number;

/** A range of a series: times and values, oldest first. */
export interface SeriesPoints {
  readonly at: readonly Millis[];
  readonly values: readonly number[];
}

/** Index of the first time later than `limit`. */
const firstAfter = (times: readonly Millis[], limit: Millis): number => {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** One series as in Prometheus; NaN is a staleness marker. */
export class TimeSeries {
  /** With `__name__`, sorted by name. */
  readonly metric: MetricLabels;
  /** Canonical text of the labels, the sort key of series. */
  readonly key: string;
  #at: Millis[] = [];
  #values: number[] = [];
  #past: SeriesBackfill | undefined;

  constructor(metric: MetricLabels, past?: SeriesBackfill) {
    this.metric = metric;
    this.key = Object.entries(metric).flat().join('\u0001');
    this.#past = past;
  }

  add(at: Millis, value: number): void {
    this.#at.push(at);
    this.#values.push(value);
    if (this.#at.length < 2 * most) return;
    this.#past = undefined;
    this.#at = this.#at.slice(-most);
    this.#values = this.#values.slice(-most);
  }

  /** Marks the series stale: it is no longer exposed. */
  end(at: Millis): void {
    if (!Number.isNaN(this.#values.at(-1))) this.add(at, Number.NaN);
  }

  /** The last value in (at - within, at]; undefined if it does not exist or the series is stale. */
  latest(at: Millis, within: Millis): { readonly at: Millis; readonly value: number } | undefined {
    this.#reach(at - within);
    const index = firstAfter(this.#at, at) - 1;
    const time = this.#at[index];
    const value = this.#values[index];
    if (time === undefined || value === undefined || time <= at - within || Number.isNaN(value))
      return undefined;
    return { at: time, value };
  }

  /** Samples in [from, to] without staleness markers. */
  between(from: Millis, to: Millis): SeriesPoints {
    this.#reach(from);
    const [start, end] = [firstAfter(this.#at, from - 1), firstAfter(this.#at, to)];
    const at = this.#at.slice(start, end);
    const values = this.#values.slice(start, end);
    if (!values.some(Number.isNaN)) return { at, values };
    return {
      at: at.filter((_, index) => !Number.isNaN(values[index])),
      values: values.filter((value) => !Number.isNaN(value)),
    };
  }

  /** Computes the past on first access. */
  #reach(from: Millis): void {
    const first = this.#at[0];
    const past = this.#past;
    if (past === undefined || first === undefined || from >= first) return;
    const before = Array.from({ length: most }, (_, index) => first - (most - index) * scrapeIntervalMs);
    this.#at = [...before, ...this.#at];
    this.#values = [...before.map(past), ...this.#values];
    this.#past = undefined;
  }
}
