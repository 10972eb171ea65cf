import type { Millis } from '../../domain/fault.ts';
import type { MetricLabels } from '../exposition/metric-family.ts';

/** Scrape interval in ms of model time. */
export const scrapeIntervalMs: Millis = 5_000;
/** Time for which every sample is kept. */
const fineMs: Millis = 3_600_000;
const most = fineMs / scrapeIntervalMs;
/** Distance and retention of older samples. */
const coarseMs: Millis = 60_000;
const keptMs: Millis = 24 * 3_600_000;
/** How far the values before the first scrape go back: the default retention of Prometheus, 15 d. */
const backfillMs: Millis = 15 * 24 * 3_600_000;

/** Values of a series before the first scrape; undefined before its process started. */
export type SeriesBackfill = (at: Millis) => number | undefined;

/** A range of a series: times and values, oldest first. */
export interface SeriesPoints {
  readonly at: readonly Millis[];
  readonly values: readonly number[];
}

/** Index of the first of sorted times for which this holds, as it does for every one after it. */
const firstIndex = (times: readonly Millis[], holds: (time: Millis) => boolean): number => {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(times[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
};

/** Index of the first time later than `limit`. */
const firstAfter = (times: readonly Millis[], limit: Millis): number =>
  firstIndex(times, (time) => time > limit);

/** Calculated samples, newest first; without those from before the process started. */
interface PastSamples {
  readonly at: Millis[];
  readonly values: number[];
  /** The earliest time that was calculated. */
  reached: Millis;
}

/** The distance of calculated samples in a range of this length. */
const distanceWithin = (length: Millis): Millis => (length <= keptMs ? scrapeIntervalMs : 5 * coarseMs);

/** Returns samples at least a minute apart, from the retention period before `now`; staleness markers stay. */
const thinned = ({ at, values }: SeriesPoints, now: Millis): SeriesPoints => {
  let last = Number.NEGATIVE_INFINITY;
  const kept = at.flatMap((time, index) => {
    const isKept = time > now - keptMs && (time - last >= coarseMs || Number.isNaN(values[index]));
    if (isKept) last = time;
    return isKept ? [index] : [];
  });
  return { at: kept.map((index) => at[index] ?? 0), values: kept.map((index) => values[index] ?? 0) };
};

/** One series as in Prometheus; NaN is a staleness marker. */
export class TimeSeries {
  /** With `__name__`, sorted by name. */
  readonly metric: MetricLabels;
  /** Canonical text of the labels, the sort key of series. */
  readonly key: string;
  #at: Millis[] = [];
  #values: number[] = [];
  /** Number of older samples at the front, which are a minute apart. */
  #coarse = 0;
  /** Time of the first sample that was scraped. */
  #first: Millis | undefined;
  readonly #past: SeriesBackfill | undefined;
  /** What was calculated of the time before the first sample, by distance of the samples. */
  readonly #calculated = new Map<Millis, PastSamples>();

  constructor(metric: MetricLabels, past?: SeriesBackfill) {
    this.metric = metric;
    this.key = Object.entries(metric).flat().join('\u0001');
    this.#past = past;
  }

  add(at: Millis, value: number): void {
    this.#first ??= at;
    this.#at.push(at);
    this.#values.push(value);
    if (this.#at.length - this.#coarse < 2 * most) return;
    const older = thinned({ at: this.#at.slice(0, -most), values: this.#values.slice(0, -most) }, at);
    this.#coarse = older.at.length;
    this.#at = [...older.at, ...this.#at.slice(-most)];
    this.#values = [...older.values, ...this.#values.slice(-most)];
  }

  /** Marks the series stale: it is no longer exposed. */
  end(at: Millis): void {
    if (!Number.isNaN(this.#values.at(-1))) this.add(at, Number.NaN);
  }

  /** The last value in (at - within, at]; undefined if it does not exist or the series is stale. */
  latest(at: Millis, within: Millis): { readonly at: Millis; readonly value: number } | undefined {
    const index = firstAfter(this.#at, at) - 1;
    const time = this.#at[index] ?? this.#scrapeBefore(at);
    const value = this.#at[index] === undefined ? this.#valueBefore(time) : this.#values[index];
    if (time === undefined || value === undefined || time <= at - within || Number.isNaN(value))
      return undefined;
    return { at: time, value };
  }

  /** Samples in [from, to] without staleness markers. */
  between(from: Millis, to: Millis): SeriesPoints {
    const { at, values } = this.#before(from, to);
    const end = firstAfter(this.#at, to);
    for (let index = firstAfter(this.#at, from - 1); index < end; index += 1) {
      const value = this.#values[index] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      at.push(this.#at[index] ?? 0);
      values.push(value);
    }
    return { at, values };
  }

  /** The last scrape at or before `at`, if that is before the first sample. */
  #scrapeBefore(at: Millis): Millis | undefined {
    const first = this.#first;
    if (first === undefined || this.#past === undefined || at >= first) return undefined;
    return first - Math.ceil((first - at) / scrapeIntervalMs) * scrapeIntervalMs;
  }

  #valueBefore(at: Millis | undefined): number | undefined {
    return at === undefined ? undefined : this.#past?.(at);
  }

  /**
   * The part of [from, to] that lies at most `backfillMs` before the first sample. A long range has fewer samples than
   * Prometheus would keep, and they are calculated once: a range query asks for the same ones at each of its steps.
   */
  #before(from: Millis, to: Millis): { readonly at: Millis[]; readonly values: number[] } {
    const first = this.#first;
    if (first === undefined || this.#past === undefined || from >= first) return { at: [], values: [] };
    const apart = distanceWithin(Math.min(to, first) - from);
    const oldest = Math.max(from, first - backfillMs);
    const past = this.#calculated.get(apart) ?? { at: [], values: [], reached: first };
    this.#calculated.set(apart, past);
    for (; past.reached - apart >= oldest; past.reached -= apart) {
      const at = past.reached - apart;
      const value = this.#past(at);
      if (value === undefined) continue;
      past.at.push(at);
      past.values.push(value);
    }
    // A range of a day has 17,280 samples: copied as a whole.
    const begin = firstIndex(past.at, (at) => at <= to);
    const end = firstIndex(past.at, (at) => at < oldest);
    return { at: past.at.slice(begin, end).reverse(), values: past.values.slice(begin, end).reverse() };
  }
}
