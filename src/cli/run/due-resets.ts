import { isGivenUp, type PendingReset } from '../../domain/pending-reset.ts';
import type { RunEvent } from '../../domain/run.ts';
import { outcomeOf } from '../../domain/run-outcome.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Executor } from '../../runs/executor-api.ts';
import type { Output } from '../output.ts';

interface Parts {
  readonly executor: Executor;
  readonly clock: Pick<Clock, 'wallNow'>;
  readonly output: Pick<Output, 'error'>;
  listen(event: RunEvent): void;
}

/** 'logger com.shop … at 2026-03-04T10:30:00Z' */
const laterText = ({ title, dueAt, run }: PendingReset): string =>
  `${title}: at ${new Date(dueAt).toISOString()} (run ${run})`;

/**
 * Carries out the automatic resets of the environment that are due, one after the other. Returns the exit code of the
 * first that did not restore its object; a reset that is not due, or that another process carries out, is none.
 */
export const runDueResets = async (
  { executor, clock, output, listen }: Parts,
  signal: AbortSignal,
): Promise<number> => {
  let code = 0;
  for (const reset of await executor.resets()) {
    if (signal.aborted) break;
    if (clock.wallNow() < reset.dueAt) {
      output.error(`opsdeck: not due: ${laterText(reset)}`);
      continue;
    }
    if (isGivenUp(reset)) output.error(`opsdeck: tried ${reset.attempts} times before: ${laterText(reset)}`);
    const outcome = await executor.reset(reset, signal, listen);
    if (outcome === undefined) continue;
    const ending = outcome.ended?.ending ?? (outcome.is === 'over' ? 'recovered' : 'forbidden');
    if (ending !== 'recovered') output.error(`opsdeck: ${reset.title}: ${outcome.why}`);
    // A reset restores its object, and is not meant to end an incident.
    code ||= outcomeOf({ ending, why: outcome.why }).exit;
  }
  return code;
};
