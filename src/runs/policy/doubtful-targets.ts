import { answerFlag } from './answer-flags.ts';
import { asks, type CheckRuling, forbids } from './ruling.ts';

/** A chosen value that is probably not the right one, and why: 'healthy, while vm-2 is critical'. */
export interface DoubtfulTarget {
  readonly value: string;
  readonly why: string;
}

/**
 * Checks the values that the operator chose. A doubtful one requires a reason, which is recorded. Empty without any.
 * `overridden`: the reason.
 */
export const targetRulings = (
  doubtful: readonly DoubtfulTarget[],
  overridden: string | undefined,
): readonly CheckRuling[] => {
  if (doubtful.length === 0) return [];
  const why = doubtful.map((doubtfulTarget) => `${doubtfulTarget.value}: ${doubtfulTarget.why}`).join('; ');
  if (overridden !== undefined) return [asks('target', `${why}. Overridden: ${overridden}`)];
  const remedy = `choose another one, or say why with a reason ${answerFlag.override}`;
  return [forbids('target', why, remedy)];
};
