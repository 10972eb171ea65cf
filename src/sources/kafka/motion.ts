import type { Millis } from '../../domain/fault.ts';
import type { Lag, LagMotion } from '../../kinds/lag/fact.ts';

/** What was known of one partition of one group at a moment. */
export interface Sample {
  readonly at: Millis;
  readonly committed: bigint;
  readonly end: bigint;
}

/** Two of the pauses that consumers make between commits by themselves (auto.commit.interval.ms, 5 s). */
const settledMs = 10_000;
/** Less tells nothing. */
const leastMs = 500;
/** Growth below this share of what is consumed is as good as none; a short look at commits in steps shows much more than there is. */
const toleratedShare = { settled: 0.01, short: 0.25 };

/** What is known of the group as a whole. */
export interface GroupState {
  /** Absent: nobody tells. */
  readonly members: number | undefined;
  /** It has committed something in the window, in whatever partition. */
  readonly commits: boolean;
  /** The member that has the partition has committed something in the window; of an unknown member, the group. */
  readonly holderCommits: boolean;
}

/** Messages that are not consumed yet; negative when the group has committed past the end. */
const lagOf = ({ committed, end }: Sample): number => Number(end - committed);

/**
 * How a lag moves, judged over a window of samples, oldest first, after the rules of LinkedIn's Burrow: no lag at any
 * moment of the window is fine (steady); commits that stand still while the lag does not shrink are stalled; a lag that
 * grows although the group commits is falling-behind (once it is more than ten seconds bring), one that shrinks gaining,
 * any other steady. Beyond them: lag
 * without members is stopped at once. A member that commits in other partitions handles them one after the other, and is not
 * stalled: here its lag grows (falling-behind), or nothing tells whether its turn will come (unknown). In less than ten seconds a group need not have committed everywhere: there, a lag of
 * no more than what ten seconds bring is steady, a group that commits in other partitions is not stalled, and a lag that
 * does not move at all is unknown.
 * Source: github.com/linkedin/Burrow, wiki, Consumer Lag Evaluation Rules.
 */
export const motionOf = (samples: readonly Sample[], group: GroupState): LagMotion => {
  const { members } = group;
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || last.committed > last.end) return 'unknown';
  if (last.committed === last.end) return 'steady';
  if (members === 0) return 'stopped';
  if (samples.some((sample) => lagOf(sample) === 0)) return 'steady';
  const spanMs = last.at - first.at;
  if (spanMs < leastMs) return 'unknown';
  const isShort = spanMs < settledMs;
  if (last.committed === first.committed) return standing(first, last, isShort, group);
  const growth = growthOf(samples) ?? 0;
  const share = isShort ? toleratedShare.short : toleratedShare.settled;
  const consumedPerSec = perSecond(last.committed - first.committed, spanMs);
  if (Math.abs(growth) <= Math.max(share * consumedPerSec, 1000 / spanMs)) return 'steady';
  if (growth < 0) return isApart(samples, (early, late) => late < early) ? 'gaining' : 'steady';
  // However it grows: a lag of seconds is no backlog yet, and a quiet minute would be told as an alarm.
  if (isRecent(first, last)) return 'steady';
  return isApart(samples, (early, late) => late > early) ? 'falling-behind' : 'steady';
};

/** True when something was committed between the first and the last of the samples. */
export const hasCommitted = (samples: readonly Sample[]): boolean =>
  (samples.at(-1)?.committed ?? 0n) > (samples[0]?.committed ?? 0n);

/** Nothing was committed in this partition in the whole window. */
const standing = (first: Sample, last: Sample, isShort: boolean, group: GroupState): LagMotion => {
  // In a few seconds a member may well commit nothing at all, as long as the others do.
  const isBusy = isShort ? group.commits : group.holderCommits;
  if (!isShort && !isBusy) return 'stalled';
  if (isShort && isRecent(first, last)) return 'steady';
  if (last.end === first.end) return 'unknown';
  return isBusy ? 'falling-behind' : 'stalled';
};

/** The lag is no more than what comes in while a group that is well may be silent. */
const isRecent = (first: Sample, last: Sample): boolean => {
  const arriving = perSecond(last.end - first.end, last.at - first.at);
  return lagOf(last) <= (arriving * settledMs) / 1000;
};

/** Every lag of the last third of a window compares so with every lag of its first: commits in steps are no trend. */
const isApart = (samples: readonly Sample[], holds: (early: number, late: number) => boolean): boolean => {
  const third = Math.max(1, Math.floor(samples.length / 3));
  const late = samples.slice(-third).map(lagOf);
  return samples.slice(0, third).every((sample) => late.every((lag) => holds(lagOf(sample), lag)));
};

const perSecond = (amount: bigint, ms: Millis): number => (Number(amount) * 1000) / ms;

/** Messages per second that the lag grows (+) or shrinks (-): the slope of the line of least squares; undefined without two moments. */
export const growthOf = (samples: readonly Sample[]): number | undefined => {
  const [first] = samples;
  if (first === undefined) return undefined;
  const points = samples.map((sample) => ({ x: (sample.at - first.at) / 1000, y: lagOf(sample) }));
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  const spread = points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
  if (spread === 0) return undefined;
  return points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0) / spread;
};

/** Growth, motion and, for a lag that shrinks, the seconds until it is gone. */
export const flowFields = (
  samples: readonly Sample[],
  group: GroupState,
): Pick<Lag, 'motion' | 'rate' | 'etaSeconds'> => {
  const motion = motionOf(samples, group);
  const last = samples.at(-1);
  const rate = growthOf(samples);
  if (rate === undefined || last === undefined || last.committed > last.end) return { motion };
  const eta = motion === 'gaining' ? Math.round(lagOf(last) / -rate) : undefined;
  return { motion, rate: Math.round(rate * 100) / 100, ...(eta === undefined ? {} : { etaSeconds: eta }) };
};
