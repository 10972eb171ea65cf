import { toFault } from '../platform/fault.ts';
import { lockHeld } from './checks/lock.ts';
import { subjectOf } from './checks/proposed.ts';
import { refusalOf, standingChecks } from './checks/standing.ts';
import type { End } from './end.ts';
import type { HeldAct } from './held.ts';
import { expiredLogin, throughLogin } from './logins/renew.ts';
import { identityRefusal, withDeadline } from './planning/source-reads.ts';
import { cancelled, type Run, refused } from './run-context.ts';

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

/** The same without asking anybody to log in again. */
export const checkOnce = async (run: Run, act: HeldAct): Promise<End | undefined> => {
  const { engine, clock, signal, sent } = run;
  const stopped = (): End => cancelled('while its target was checked again');
  const barred = await unlessFree(run, 1);
  if (signal.aborted) return stopped();
  if (barred !== undefined) return barred;
  const locked = await identityRefusal(engine, act.source, signal);
  if (signal.aborted) return stopped();
  if (locked !== undefined) return sent.lines().length > 0 ? { ...locked, ending: 'failed' } : locked;
  try {
    const drift = await withDeadline((stop) => act.operation.recheck(act.plan, stop), clock, signal);
    if (drift === undefined) return undefined;
    return refused(run, `${drift.target} has changed: planned ${drift.planned}, found ${drift.found}`);
  } catch (error) {
    if (signal.aborted) return stopped();
    const fault = toFault(act.source, `${act.plan.use}, checking its target again`, error, clock.now());
    const login = expiredLogin(engine.profile, fault);
    return { ending: 'failed', why: fault.message, ...(login === undefined ? {} : { login }) };
  }
};

/** Reads a step's pinned targets again and asks who answers: ends the run when anything is not as it was planned. */
export const checkAgain = async (run: Run, act: HeldAct): Promise<End | undefined> => {
  const end = await throughLogin(run, () => checkOnce(run, act));
  return run.signal.aborted ? cancelled('while its target was checked again') : end;
};

/** The steps behind the first, before the first is sent: what would be refused anyway must not be left half done. */
export const checkLaterSteps = async (run: Run): Promise<End | undefined> => {
  const [, ...later] = run.held.steps.flatMap(({ act }) => act ?? []);
  for (const act of later) {
    const end = await checkAgain(run, act);
    if (end !== undefined) return end;
  }
  return undefined;
};
