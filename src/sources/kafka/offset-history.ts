import type { Millis } from '../../domain/fault.ts';
import type { Consumption, GroupActivity } from '../../kinds/lag/motion.ts';

/** What was known of one partition of one group at a moment. */
export interface OffsetSample {
  readonly at: Millis;
  readonly committed: bigint;
  readonly end: bigint;
}

/** Messages that are not consumed yet; negative when the group has committed past the end. */
const sampleLag = ({ committed, end }: OffsetSample): number => Number(end - committed);

/** True when something was committed between the first and the last of the samples. */
export const hasCommitted = (samples: readonly OffsetSample[]): boolean =>
  (samples.at(-1)?.committed ?? 0n) > (samples[0]?.committed ?? 0n);

/** Every lag of the last third of a window is above (below) every lag of its first: commits in steps are no trend. */
const isTrend = (samples: readonly OffsetSample[], growth: number): boolean => {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const late = samples.slice(-third).map(sampleLag);
  return samples
    .slice(0, third)
    .every((sample) => late.every((lag) => (growth > 0 ? lag > sampleLag(sample) : lag < sampleLag(sample))));
};

const ratePerSecond = (amount: bigint, ms: Millis): number => (Number(amount) * 1000) / ms;

/** Messages per second that the lag grows (+) or shrinks (-): the slope of the line of least squares; undefined without two moments. */
export const lagGrowthPerSecond = (samples: readonly OffsetSample[]): number | undefined => {
  const [first] = samples;
  if (first === undefined) return undefined;
  const points = samples.map((sample) => ({ x: (sample.at - first.at) / 1000, y: sampleLag(sample) }));
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  if (spread === 0) return undefined;
  return points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
};

/** How a partition is consumed, by samples of a window, oldest first. */
export const summarizeConsumption = (samples: readonly OffsetSample[], group: GroupActivity): Consumption => {
  const [first, last] = [samples[0], samples.at(-1)];
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

/** As many samples as a window needs; more are thinned out, however often somebody reads. */
const maxSamples = 24;

/** What was seen of partitions during the last window. */
export interface OffsetHistory {
  /** Adds a sample; gives those of the window, oldest first, this one included. */
  add(key: string, sample: OffsetSample): readonly OffsetSample[];
  /** Forgets what has not been seen for a window. */
  prune(now: Millis): void;
}

/** An offset that went back means another beginning: offsets were set anew, or the topic was. */
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
