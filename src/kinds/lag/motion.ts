import type { Millis } from '../../domain/fault.ts';
import type { Lag, LagMotion } from './fact.ts';

/** What a source knows of how one partition is consumed, over a window. */
export interface Consumption {
  /** Messages that are not consumed yet. Absent: nothing is committed, or past the end. */
  readonly lag: number | undefined;
  /** Messages per second that the lag grows (+) or shrinks (-). */
  readonly growth: number | undefined;
  /** Messages per second that are committed in this partition. */
  readonly consumed: number | undefined;
  /** Messages per second that arrive in it. Absent: what is consumed and by what the lag grows. */
  readonly arriving?: number | undefined;
  /** Length of the window. */
  readonly spanMs: Millis;
  /** At some moment of the window there was no lag. */
  readonly wasCaughtUp: boolean;
  /** Whether the first and the last part of the window differ as `growth` says. Absent: not known, `growth` alone decides. */
  readonly isTrend?: boolean;
  readonly group: GroupActivity;
}

/** What is known of the group as a whole. */
export interface GroupActivity {
  /** Absent: not known. */
  readonly members: number | undefined;
  /** It has committed something in the window, in whatever partition. */
  readonly commits: boolean;
  /** The member that has the partition has committed something in the window; of an unknown member, the group. */
  readonly holderCommits: boolean;
}

/** Two of the pauses that consumers make between commits by themselves (auto.commit.interval.ms, 5 s). */
const settledMs: Millis = 10_000;
/** A shorter window says nothing about motion. */
const leastMs: Millis = 500;
/** Growth below this share of what is consumed is as good as none; a short look at commits in steps shows much more than there is. */
const toleratedShare = { settled: 0.01, short: 0.25 };

/**
 * How a lag moves: the one rule for every source, after the rules of LinkedIn's Burrow. No lag at any moment of the
 * window is fine (steady); no commits while the lag does not shrink are stalled; a lag that grows although
 * the group commits is falling-behind (once it is more than ten seconds bring), one that shrinks gaining, any other
 * steady. Beyond them: lag without members is stopped at once. A member that commits in other partitions handles them one
 * after the other, and is not stalled: here its lag grows (falling-behind), or whether its turn will come is not known
 * (unknown). In less than ten seconds a group need not have committed everywhere: there, a lag of no more than what ten
 * seconds bring is steady, a group that commits in other partitions is not stalled, and a lag that does not move at all is
 * unknown.
 * Source: github.com/linkedin/Burrow, wiki, Consumer Lag Evaluation Rules.
 */
export const motionOf = (of: Consumption): LagMotion => {
  const { lag, growth, consumed, spanMs, group } = of;
  if (lag === undefined) return 'unknown';
  if (lag === 0) return 'steady';
  if (group.members === 0) return 'stopped';
  if (of.wasCaughtUp) return 'steady';
  if (growth === undefined || consumed === undefined || spanMs < leastMs) return 'unknown';
  const isShort = spanMs < settledMs;
  /** One message in the window, which is as good as none. */
  const least = 1000 / spanMs;
  const arriving = of.arriving ?? growth + consumed;
  const isRecent = lag <= (arriving * settledMs) / 1000;
  if (consumed <= 0) return withoutCommits(group, isShort, isRecent, arriving >= least);
  const share = isShort ? toleratedShare.short : toleratedShare.settled;
  if (Math.abs(growth) <= Math.max(share * consumed, least) || of.isTrend === false) return 'steady';
  if (growth < 0) return 'gaining';
  // However it grows: a lag of seconds is no backlog yet, and it must not raise an alarm in a quiet minute.
  return isRecent ? 'steady' : 'falling-behind';
};

/** Nothing was committed in this partition in the whole window. */
const withoutCommits = (
  { commits, holderCommits }: GroupActivity,
  isShort: boolean,
  isRecent: boolean,
  isArriving: boolean,
): LagMotion => {
  // In a few seconds a member may well commit nothing at all, as long as the others do.
  const isBusy = isShort ? commits : holderCommits;
  if (!isShort && !isBusy) return 'stalled';
  if (isShort && isRecent) return 'steady';
  if (!isArriving) return 'unknown';
  return isBusy ? 'falling-behind' : 'stalled';
};

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** Growth, motion and, for a lag that shrinks, the seconds until it is gone. */
export const lagFlow = (of: Consumption): Pick<Lag, 'motion' | 'rate' | 'etaSeconds'> => {
  const motion = motionOf(of);
  const { lag, growth } = of;
  if (lag === undefined || growth === undefined) return { motion };
  const eta = motion === 'gaining' ? Math.round(lag / -growth) : undefined;
  return { motion, rate: hundredths(growth), ...(eta === undefined ? {} : { etaSeconds: eta }) };
};
