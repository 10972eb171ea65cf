import type { ExpiredLogin, MissingRequirement } from '../../domain/runs/proposal.ts';
import type { EndingReason, RunEnding } from '../../domain/runs/run.ts';
import { joinFirst } from '../../domain/text/count-text.ts';
import { type PendingStep, stepIdOf } from './pending-run.ts';

/** The ending of a run, and its reason. */
export interface RunEnd {
  readonly ending: RunEnding;
  readonly why: string;
  readonly reason?: EndingReason;
  /** Every requirement that a refused run does not meet. */
  readonly missing?: readonly MissingRequirement[];
  /** The expired login that caused the ending. After its renewal the failed read may be repeated. */
  readonly login?: ExpiredLogin;
}

/** The number of values listed by name. */
const named = 10;

/** Adds the progress of a loop to an ending: what was done, and which values were not. */
export const withRemainingTurns = (end: RunEnd, steps: readonly PendingStep[], index: number): RunEnd => {
  const step = steps[index];
  const turn = step?.planned.each;
  if (step === undefined || turn === undefined || turn.of === 1) return end;
  const id = stepIdOf(step);
  const left = steps
    .slice(index)
    .filter((pendingStep) => pendingStep.planned.each !== undefined && stepIdOf(pendingStep) === id);
  const values = left.map(({ planned }) => planned.each?.value ?? '');
  return {
    ...end,
    why: `${end.why}. ${turn.nth - 1} of ${turn.of} targets are done. Not done: ${joinFirst(values, named)}`,
  };
};
