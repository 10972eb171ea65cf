import type { End } from '../end.ts';
import { type Run, refused } from '../run-context.ts';
import { lockHeld } from './lock.ts';
import { subjectOf } from './proposed.ts';
import { refusalOf, standingChecks } from './standing.ts';

/** Ends the run when a freeze has begun, somebody may no longer, too much was done, or its lock is gone. `mine`: acts to be sent. */
export const unlessFree = async (run: Run, mine: number): Promise<End | undefined> => {
  const subject = subjectOf(run.held);
  const looked = [
    ...(await standingChecks(subject, run.checking, Math.min(mine, subject.acts.length))),
    ...(await lockHeld(run.taken)),
  ];
  const refusal = refusalOf(looked);
  return refusal === undefined ? undefined : refused(run, refusal.why);
};
