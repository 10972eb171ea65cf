import type { Millis } from '../../domain/base/fault.ts';
import type { MetricLabels } from '../exposition/metric-family.ts';
import { SampleRing } from './sample-ring.ts';

/** Scrape interval in ms of model time. */
export const scrapeIntervalMs: Millis = 5_000;
/** Time for which every sample is kept. */
const fineMs: Millis = 3_600_000;
/** Distance and retention of older samples. */
const coarseMs: Millis = 60_000;
export const metricsKeptMs: Millis = 24 * 3_600_000;
/** Period of the values before the first scrape: the default retention of Prometheus, 15 d. */
const backfillMs: Millis = 15 * 24 * 3_600_000;

/** Values of a series before the first scrape; undefined before its process started. */
export type SeriesBackfill = (time: Millis) => number | undefined;

/** A range of a series: times and values, oldest first. */
export interface SeriesPoints {
  readonly at: readonly Millis[];
  readonly values: readonly number[];
}

/**
 * Calculated values at equal distances, newest first; none from before the process started. The sample of an index is (index + 1)
 * distances before the first sample that was scraped.
 */
interface PastSamples {
  /** Index of the first value. */
  readonly begin: number;
  /** Index after the last one that was asked for. */
  readonly end: number;
  readonly values: readonly number[];
}

/** The distance of calculated samples in a range of this length. */
const distanceWithin = (length: Millis): Millis =>
  length <= metricsKeptMs ? scrapeIntervalMs : 5 * coarseMs;

/** One series as in Prometheus; NaN is a staleness marker. */
export class TimeSeries {
  /** With `__name__`, sorted by name. */
  readonly metric: MetricLabels;
  /** Canonical text of the labels, the sort key of series. */
  readonly key: string;
  readonly #fine = new SampleRing(fineMs / scrapeIntervalMs);
  /** Older samples, a minute apart; staleness markers stay. Created when the first one is that old. */
  #coarse: SampleRing | undefined;
  /** Time of the first sample that was scraped. */
  #first: Millis | undefined;
  readonly #past: SeriesBackfill | undefined;
  /** The latest range that was calculated for the time before the first sample, by distance of the samples. */
  readonly #calculated = new Map<Millis, PastSamples>();

  constructor(metric: MetricLabels, past?: SeriesBackfill) {
    this.metric = metric;
    this.key = Object.entries(metric).flat().join('\u0001');
    this.#past = past;
  }

  /** Time of the last sample; undefined without one. */
  get lastAt(): Millis | undefined {
    return this.#fine.timeAt(this.#fine.length - 1);
  }

  /** True: the last sample is a staleness marker. */
  get isStale(): boolean {
    return Number.isNaN(this.#fine.valueAt(this.#fine.length - 1));
  }

  add(time: Millis, value: number): void {
    this.#first ??= time;
    const fine = this.#fine;
    const oldestAt = fine.timeAt(0);
    const oldest = fine.valueAt(0);
    if (fine.isFull && oldestAt !== undefined && oldest !== undefined) this.#keepCoarse(oldestAt, oldest);
    fine.push(time, value);
  }

  #keepCoarse(time: Millis, value: number): void {
    // A ring of full size at once: it never grows while a simulator runs for days.
    this.#coarse ??= new SampleRing(metricsKeptMs / coarseMs, metricsKeptMs / coarseMs);
    const last = this.#coarse.timeAt(this.#coarse.length - 1) ?? Number.NEGATIVE_INFINITY;
    if (time - last >= coarseMs || Number.isNaN(value)) this.#coarse.push(time, value);
  }

  /** Marks the series stale: it is no longer exposed. */
  end(time: Millis): void {
    if (this.lastAt !== undefined && !this.isStale) this.add(time, Number.NaN);
  }

  /** The last value in (at - within, at]; undefined if it does not exist or the series is stale. */
  latest(moment: Millis, within: Millis): { readonly at: Millis; readonly value: number } | undefined {
    const { time, value } = this.#lastUntil(moment);
    if (time === undefined || value === undefined || time <= moment - within || Number.isNaN(value))
      return undefined;
    return { at: time, value };
  }

  #lastUntil(moment: Millis): { readonly time: Millis | undefined; readonly value: number | undefined } {
    for (const ring of [this.#fine, this.#coarse]) {
      const index = (ring?.firstAfter(moment) ?? 0) - 1;
      if (index >= 0) return { time: ring?.timeAt(index), value: ring?.valueAt(index) };
    }
    const time = this.#scrapeBefore(moment);
    return { time, value: this.#valueBefore(time) };
  }

  /** Samples in [from, to] without staleness markers. */
  between(from: Millis, to: Millis): SeriesPoints {
    const { at, values } = this.#before(from, to);
    for (const ring of [this.#coarse, this.#fine]) ring?.copy(from, to, { at, values });
    return { at, values };
  }

  /** The last scrape at or before `at`, if that is before the first sample. */
  #scrapeBefore(time: Millis): Millis | undefined {
    const first = this.#first;
    if (first === undefined || this.#past === undefined || time >= first) return undefined;
    return first - Math.ceil((first - time) / scrapeIntervalMs) * scrapeIntervalMs;
  }

  #valueBefore(time: Millis | undefined): number | undefined {
    return time === undefined ? undefined : this.#past?.(time);
  }

  /**
   * The values before the first sample with these indexes, newest first. Each is calculated once by a range query, whose steps ask
   * for ranges that overlap. Only the latest range is kept: six hours of every series would be 30 MB.
   */
  #calculate(
    past: SeriesBackfill,
    { first, apart, begin, end }: Record<'first' | 'apart', Millis> & Record<'begin' | 'end', number>,
  ): readonly number[] {
    if (end <= begin) return [];
    const known = this.#calculated.get(apart) ?? { begin, end: begin, values: [] };
    if (known.begin <= begin && end <= known.end)
      return known.values.slice(begin - known.begin, end - known.begin);
    const values: number[] = [];
    for (let index = begin; index < end; index += 1) {
      const value = known.values[index - known.begin] ?? past(first - (index + 1) * apart);
      if (value === undefined) break;
      values.push(value);
    }
    this.#calculated.set(apart, { begin, end, values });
    return values;
  }

  /**
   * The part of [from, to] that lies at most `backfillMs` before the first sample. A long range has fewer samples than
   * Prometheus would keep.
   */
  #before(from: Millis, to: Millis): { readonly at: Millis[]; readonly values: number[] } {
    const first = this.#first;
    if (first === undefined || this.#past === undefined || from >= first) return { at: [], values: [] };
    const apart = distanceWithin(Math.min(to, first) - from);
    const oldest = Math.max(from, first - backfillMs);
    const begin = Math.max(0, Math.ceil((first - to) / apart) - 1);
    const end = Math.floor((first - oldest) / apart);
    // A range of a day has 17,280 samples: copied as a whole.
    const values = this.#calculate(this.#past, { first, apart, begin, end }).toReversed();
    const last = first - (begin + 1) * apart;
    return { at: values.map((_, index) => last - (values.length - 1 - index) * apart), values };
  }
}
