import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import type { Lag, LagMotion } from './fact.ts';

/** Observations of how one partition is consumed, over a window. */
export interface Consumption {
  /** Unconsumed messages. Absent: nothing is committed, or the commit is past the end. */
  readonly lag: number | undefined;
  /** Change of the lag in messages per second: growing (+) or shrinking (-). */
  readonly growth: number | undefined;
  /** Messages per second committed in this partition. */
  readonly consumed: number | undefined;
  /** Messages per second arriving in it. Absent: consumption plus growth. */
  readonly arriving?: number | undefined;
  /** Length of the window. */
  readonly spanMs: Millis;
  /** True: the lag was 0 at some moment of the window. */
  readonly wasCaughtUp: boolean;
  /** True: the first and last part of the window differ as `growth` says. Absent: unknown, `growth` alone decides. */
  readonly isTrend?: boolean;
  readonly group: GroupActivity;
}

/** Observations of the group as a whole. */
export interface GroupActivity {
  /** Absent: unknown. */
  readonly members: number | undefined;
  /** True: it committed in some partition during the window. */
  readonly commits: boolean;
  /** True: the member that owns the partition committed during the window; for an unknown member, the group did. */
  readonly holderCommits: boolean;
}

/** Twice the default interval between automatic commits (auto.commit.interval.ms, 5 s). */
const settledMs: Millis = 10_000;
/** Minimum window for a statement about motion. */
const leastMs: Millis = 500;
/**
 * Growth below this share of consumption is ignored; a short window shows stepwise commits as growth, so its share is
 * higher.
 */
const toleratedShare = { settled: 0.01, short: 0.25 };

/**
 * Classifies the motion of a lag, by one rule for every source, based on LinkedIn's Burrow.
 * - No lag at some moment of the window: steady.
 * - No commits while the lag does not shrink: stalled.
 * - The lag grows although the group commits: falling-behind, once it exceeds ten seconds of arrivals.
 * - The lag shrinks: gaining. Anything else: steady.
 * Additions to Burrow: lag without members is stopped at once. A member that commits in other partitions processes them
 * in turn and is not stalled: the lag grows (falling-behind), or it is unknown whether its turn will come (unknown).
 * In a window under ten seconds a group need not have committed everywhere. There, a lag below ten seconds of arrivals
 * is steady, a group that commits in other partitions is not stalled, and a lag that does not move is unknown.
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
  /** One message in the window, which is negligible. */
  const least = 1000 / spanMs;
  const arriving = of.arriving ?? growth + consumed;
  const isRecent = lag <= (arriving * settledMs) / 1000;
  if (consumed <= 0) return withoutCommits(group, isShort, isRecent, arriving >= least);
  const share = isShort ? toleratedShare.short : toleratedShare.settled;
  if (Math.abs(growth) <= Math.max(share * consumed, least) || of.isTrend === false) return 'steady';
  if (growth < 0) return 'gaining';
  // A lag of seconds is not a backlog, however it grows, and must not raise an alert in a quiet minute.
  return isRecent ? 'steady' : 'falling-behind';
};

/** Classifies a partition without commits in the whole window. */
const withoutCommits = (
  { commits, holderCommits }: GroupActivity,
  isShort: boolean,
  isRecent: boolean,
  isArriving: boolean,
): LagMotion => {
  // Within a few seconds a member may commit nothing while the others do.
  const isBusy = isShort ? commits : holderCommits;
  if (!isShort && !isBusy) return 'stalled';
  if (isShort && isRecent) return 'steady';
  if (!isArriving) return 'unknown';
  return isBusy ? 'falling-behind' : 'stalled';
};

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** Returns growth, motion and, for a shrinking lag, the seconds until it is 0. */
export const lagFlow = (of: Consumption): Pick<Lag, 'motion' | 'rate' | 'etaSeconds'> => {
  const motion = motionOf(of);
  const { lag, growth } = of;
  if (lag === undefined || growth === undefined) return { motion };
  const eta = motion === 'gaining' ? Math.round(lag / -growth) : undefined;
  return { motion, rate: hundredths(growth), ...defined({ etaSeconds: eta }) };
};
