import type { Millis } from '../../sdk.ts';
import type { KeyedSeries } from './page-index.ts';

/** What a counter read at one scrape. */
interface CounterReading {
  /** When the scrape was sent, on our own clock. */
  readonly at: Millis;
  readonly value: number;
  readonly stampMs: number | undefined;
}

/** The last two different readings of a counter, and what they came to. */
interface CounterHistory {
  readonly before: CounterReading | undefined;
  readonly latest: CounterReading;
  readonly growth: CounterGrowth | undefined;
}

/** By how much a counter grew, and in what time. */
interface CounterGrowth {
  readonly by: number;
  readonly overMs: Millis;
}

/** Nearer than this, two readings say more of the network than of the counter; a little less than the second that one-shot commands wait, since timers are no more exact. */
const minReadingGapMs = 900;

/** Timestamps that are further from the time which passed here than this were not made by a clock that runs: it was set. */
const maxClockDriftMs = 300_000;

/**
 * What one instance's counters read at earlier scrapes. It holds two readings of every series that a rate was asked of in
 * the last scrape, and no others.
 */
export class CounterRates {
  /** By name and key. */
  private tracks: CounterHistories = new Map();
  private next: CounterHistories = new Map();
  private at: Millis = 0;

  /** A scrape that was sent at `at`: until the next one, growths are asked for. */
  begin(at: Millis): void {
    this.at = at;
    this.next = new Map();
  }

  /** The scrape was read; series that nobody asked for are forgotten. */
  end(): void {
    this.tracks = this.next;
  }

  /** How a counter grew since the scrape before; undefined at the first. A counter that fell has begun anew, from 0. */
  growth({ key, series }: KeyedSeries): CounterGrowth | undefined {
    const { name, value, stampMs } = series;
    const next = this.next.get(name) ?? new Map<string, CounterHistory>();
    const known = next.get(key);
    if (known !== undefined) return known.growth;
    const track = addReading(this.tracks.get(name)?.get(key), { at: this.at, value, stampMs });
    next.set(key, track);
    this.next.set(name, next);
    return track.growth;
  }
}

type CounterHistories = Map<string, Map<string, CounterHistory>>;

/** The track with a new reading, and what it came to. */
const addReading = (was: CounterHistory | undefined, point: CounterReading): CounterHistory => {
  if (was === undefined) return { before: undefined, latest: point, growth: undefined };
  const { before, latest } = was;
  // A page may repeat a reading that its exporter took some time ago: that is no second one.
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

/** By the exporter's own timestamps where it gives them and they can be true; else by our clock, which is never set. */
const elapsedMs = (from: CounterReading, to: CounterReading): Millis => {
  const ours = Math.max(1, to.at - from.at);
  if (from.stampMs === undefined || to.stampMs === undefined) return ours;
  const theirs = to.stampMs - from.stampMs;
  return theirs > 0 && Math.abs(theirs - ours) <= maxClockDriftMs ? theirs : ours;
};
