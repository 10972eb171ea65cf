import type { Millis } from '../../domain/base/fault.ts';
import type { Consumption, GroupActivity } from '../../kinds/lag/motion.ts';

/** Offsets of one partition of one group at one time. */
export interface OffsetSample {
  readonly at: Millis;
  readonly committed: bigint;
  readonly end: bigint;
}

/** Unconsumed messages; negative when the group has committed past the end. */
const sampleLag = ({ committed, end }: OffsetSample): number => Number(end - committed);

/** True when the committed offset changed between the first and the last sample. */
export const hasCommitted = (samples: readonly OffsetSample[]): boolean =>
  (samples.at(-1)?.committed ?? 0n) > (samples[0]?.committed ?? 0n);

/**
 * True when every lag in the last third of the window is above (below) every lag in the first third. Commits in steps
 * are not a trend.
 */
const isTrend = (samples: readonly OffsetSample[], growth: number): boolean => {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const late = samples.slice(-third).map(sampleLag);
  return samples
    .slice(0, third)
    .every((sample) => late.every((lag) => (growth > 0 ? lag > sampleLag(sample) : lag < sampleLag(sample))));
};

const ratePerSecond = (amount: bigint, ms: Millis): number => (Number(amount) * 1000) / ms;

/**
 * Growth (+) or decrease (-) of the lag in messages per second: the slope of the least-squares line. Undefined without
 * two samples of different times.
 */
export const lagGrowthPerSecond = (samples: readonly OffsetSample[]): number | undefined => {
  const [first] = samples;
  if (first === undefined) return undefined;
  const points = samples.map((sample) => ({ x: (sample.at - first.at) / 1000, y: sampleLag(sample) }));
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const x = mean((point) => point.x);
  const y = mean((point) => point.y);
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  if (spread === 0) return undefined;
  return points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
};

/** Summarizes the consumption of a partition from the samples of a window, oldest first. */
export const summarizeConsumption = (samples: readonly OffsetSample[], group: GroupActivity): Consumption => {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.committed > last.end)
    return { lag: undefined, growth: undefined, consumed: undefined, spanMs: 0, wasCaughtUp: false, group };
  const growth = lagGrowthPerSecond(samples);
  const spanMs = last.at - first.at;
  return {
    lag: sampleLag(last),
    growth,
    consumed: spanMs === 0 ? undefined : ratePerSecond(last.committed - first.committed, spanMs),
    arriving: spanMs === 0 ? undefined : ratePerSecond(last.end - first.end, spanMs),
    spanMs,
    wasCaughtUp: samples.some((sample) => sampleLag(sample) === 0),
    isTrend: growth === undefined || isTrend(samples, growth),
    group,
  };
};

/** Samples kept per window; more frequent reads are thinned out. */
const maxSamples = 24;

/** Offset samples of partitions within the last window. */
export interface OffsetHistory {
  /** Adds a sample and returns those of the window, oldest first, including this one. */
  add(key: string, sample: OffsetSample): readonly OffsetSample[];
  /** Discards partitions without a sample in the last window. */
  prune(now: Millis): void;
}

/** An offset that moved back starts a new history: the offsets were reset, or the topic was recreated. */
const hasRewound = (before: OffsetSample, after: OffsetSample): boolean =>
  after.committed < before.committed || after.end < before.end;

export const createOffsetHistory = (windowMs: Millis): OffsetHistory => {
  const seen = new Map<string, OffsetSample[]>();
  const leastApartMs = windowMs / maxSamples;
  return {
    add: (key, sample) => {
      const samples = seen.get(key) ?? [];
      const newest = samples.at(-1);
      if (newest !== undefined && hasRewound(newest, sample)) samples.length = 0;
      const before = samples.at(-2);
      const isClose = before !== undefined && sample.at - before.at < leastApartMs;
      if (samples.length > 0 && (isClose || samples.at(-1)?.at === sample.at)) samples.pop();
      samples.push(sample);
      const young = samples.findIndex(({ at }) => at >= sample.at - windowMs);
      samples.splice(0, young);
      seen.set(key, samples);
      return samples;
    },
    prune: (now) => {
      for (const [key, samples] of seen) if ((samples.at(-1)?.at ?? 0) < now - windowMs) seen.delete(key);
    },
  };
};
