import { type Level, worstLevel } from '../../domain/facts/level.ts';
import type { Row } from '../../domain/facts/snapshot.ts';
import type { Lag, LagMotion } from './fact.ts';

/** Verdict on a consumer group, one of its topics or one partition. */
interface GroupVerdict {
  readonly level: Level;
  readonly motion: LagMotion;
  /** 'falling behind', 'messages lost', 'no commit': the motion, or something more important. */
  readonly word: string;
}

/** Motions, the most important first. */
const byImportance: readonly LagMotion[] = [
  'stalled',
  'falling-behind',
  'stopped',
  'gaining',
  'unknown',
  'steady',
];

/** Formats a motion for people: 'falling behind'. */
export const motionText = (motion: string): string => motion.replace('-', ' ');

/** Harmless motions: a loss of messages is more important. */
const calm: ReadonlySet<LagMotion> = new Set(['gaining', 'steady', 'unknown']);

/** Returns whether nothing is committed. When the end is unreadable too, the commit is unknown, not absent. */
export const isUncommitted = ({ committed, lag, end }: Lag): boolean =>
  committed === undefined && lag === undefined && end !== undefined;

/**
 * Returns the verdict of several partitions: their worst level, and the most important motion at that level. Partitions
 * without lag say nothing about how the others move.
 */
export const groupVerdict = (rows: readonly Row<'lag'>[]): GroupVerdict => {
  const level = worstLevel(rows.map((row) => row.level));
  const facts = rows.filter((row) => row.level === level).map(({ fact }) => fact);
  const lagging = facts.filter(({ lag }) => lag !== 0);
  const deciding = lagging.length === 0 ? facts : lagging;
  const motions = new Set(deciding.map(({ motion }) => motion));
  const motion = byImportance.find((lagMotion) => motions.has(lagMotion)) ?? 'unknown';
  if (deciding.length > 0 && deciding.every(isUncommitted)) return { level, motion, word: 'no commit' };
  const isLost = calm.has(motion) && deciding.some(({ lost = 0 }) => lost > 0);
  return { level, motion, word: isLost ? 'messages lost' : motionText(motion) };
};

/** Returns the number of unread messages that retention deleted. */
export const lostMessages = (facts: readonly Lag[]): number =>
  facts.reduce((total, { lost = 0 }) => total + lost, 0);
