import { type Level, worstLevel } from '../../domain/level.ts';
import type { Row } from '../../domain/snapshot.ts';
import type { Lag, LagMotion } from './fact.ts';

/** How a consumer group, a topic of it or one partition stands. */
interface GroupVerdict {
  readonly level: Level;
  readonly motion: LagMotion;
  /** 'falling behind', 'messages lost', 'no commit': the motion, or what matters more. */
  readonly word: string;
}

/** From the motion that tells most to the one that tells least. */
const tellsMost: readonly LagMotion[] = [
  'stalled',
  'falling-behind',
  'stopped',
  'gaining',
  'unknown',
  'steady',
];

/** Motions that are no trouble by themselves: a loss of messages matters more. */
const calm: ReadonlySet<LagMotion> = new Set(['gaining', 'steady', 'unknown']);

/** True: nothing is committed. Where the end cannot be read either, the commit is unknown, not absent. */
export const isUncommitted = ({ committed, lag, end }: Lag): boolean =>
  committed === undefined && lag === undefined && end !== undefined;

/**
 * The verdict of some partitions: the worst level among them, and the motion that tells most of those at that level. A
 * partition that has caught up says nothing of how the others move.
 */
export const groupVerdict = (rows: readonly Row<'lag'>[]): GroupVerdict => {
  const level = worstLevel(rows.map((row) => row.level));
  const facts = rows.filter((row) => row.level === level).map(({ fact }) => fact);
  const lagging = facts.filter(({ lag }) => lag !== 0);
  const deciding = lagging.length === 0 ? facts : lagging;
  const motions = new Set(deciding.map(({ motion }) => motion));
  const motion = tellsMost.find((one) => motions.has(one)) ?? 'unknown';
  if (deciding.length > 0 && deciding.every(isUncommitted)) return { level, motion, word: 'no commit' };
  const isLost = calm.has(motion) && deciding.some(({ lost = 0 }) => lost > 0);
  return { level, motion, word: isLost ? 'messages lost' : motion.replace('-', ' ') };
};

/** Messages of some partitions that retention has deleted unread. */
export const lostMessages = (facts: readonly Lag[]): number =>
  facts.reduce((total, { lost = 0 }) => total + lost, 0);
