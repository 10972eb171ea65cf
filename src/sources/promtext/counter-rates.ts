import type { Millis } from '../../sdk.ts';
import type { KeyedSeries } from './page-index.ts';

/** Value of a counter at one scrape. */
interface CounterReading {
  /** Time of the request, on our own clock. */
  readonly at: Millis;
  readonly value: number;
  readonly stampMs: number | undefined;
}

/** The last two different values of a counter, and their growth. */
interface CounterHistory {
  readonly before: CounterReading | undefined;
  readonly latest: CounterReading;
  readonly growth: CounterGrowth | undefined;
}

/** Increase of a counter, and the time it took. */
interface CounterGrowth {
  readonly by: number;
  readonly overMs: Millis;
}

/**
 * A shorter interval measures the network rather than the counter. Slightly below the one second that one-shot commands
 * wait, since timers are inexact.
 */
const minReadingGapMs = 900;

/** Timestamps that differ from the locally elapsed time by more than this come from a clock that was set. */
const maxClockDriftMs = 300_000;

/**
 * Counter values of one instance at earlier scrapes. Keeps two values of every series whose rate was read in the last
 * scrape, and no others.
 */
export class CounterRates {
  /** By name and key. */
  private tracks: CounterHistories = new Map();
  private next: CounterHistories = new Map();
  private at: Millis = 0;
  /** When a counter was last read that had decreased: the process was restarted. 0: none has. */
  resetAt: Millis = 0;

  /** Starts a scrape that was sent at `at`; growths are read until the next one. */
  begin(time: Millis): void {
    this.at = time;
    this.next = new Map();
  }

  /** Ends the scrape; discards series whose rate was not read. */
  end(): void {
    this.tracks = this.next;
  }

  /**
   * Returns the growth of a counter since the previous scrape; undefined at the first. A counter that decreased was
   * reset to 0.
   */
  growth({ key, series }: KeyedSeries): CounterGrowth | undefined {
    const { name, value, stampMs } = series;
    const next = this.next.get(name) ?? new Map<string, CounterHistory>();
    const known = next.get(key);
    if (known !== undefined) return known.growth;
    const was = this.tracks.get(name)?.get(key);
    if (was !== undefined && value < was.latest.value) this.resetAt = this.at;
    const track = addReading(was, { at: this.at, value, stampMs });
    next.set(key, track);
    this.next.set(name, next);
    return track.growth;
  }
}

type CounterHistories = Map<string, Map<string, CounterHistory>>;

/** Adds a value and computes the growth. */
const addReading = (was: CounterHistory | undefined, point: CounterReading): CounterHistory => {
  if (was === undefined) return { before: undefined, latest: point, growth: undefined };
  const { before, latest } = was;
  // A page may repeat a value that its exporter sampled earlier: that is not a second value.
  if (point.stampMs !== undefined && point.stampMs === latest.stampMs)
    return { before, latest, growth: before && growthBetween(before, latest) };
  if (point.at - latest.at < minReadingGapMs)
    return { before, latest, growth: before && growthBetween(before, point) };
  return { before: latest, latest: point, growth: growthBetween(latest, point) };
};

const growthBetween = (from: CounterReading, to: CounterReading): CounterGrowth => ({
  by: to.value < from.value ? to.value : to.value - from.value,
  overMs: elapsedMs(from, to),
});

/**
 * Elapsed time by the exporter's own timestamps if they are present and plausible; otherwise by our monotonic clock.
 */
const elapsedMs = (from: CounterReading, to: CounterReading): Millis => {
  const ownElapsed = Math.max(1, to.at - from.at);
  if (from.stampMs === undefined || to.stampMs === undefined) return ownElapsed;
  const exporterElapsed = to.stampMs - from.stampMs;
  return exporterElapsed > 0 && Math.abs(exporterElapsed - ownElapsed) <= maxClockDriftMs
    ? exporterElapsed
    : ownElapsed;
};
