import { defined } from '../../domain/base/defined.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import { approvalCheck } from '../approvals/approval-check.ts';
import { expiredLogin, withLoginRenewal } from '../context/login-renewal.ts';
import type { PendingAct, PendingStep } from '../context/pending-run.ts';
import { type ActiveRun, canceledEnd, refusedEnd } from '../context/run-context.ts';
import type { RunEnd } from '../context/run-end.ts';
import { identityRefusal } from '../context/source-reads.ts';
import { isChanging } from '../policy/danger.ts';
import { withDeadline } from '../reads/read-deadline.ts';
import { checkedRunOf, confirmedChecklistRulings } from './admission-checks.ts';
import { continuousChecks, refusalOf } from './continuous-checks.ts';
import { checkLocksHeld } from './lock.ts';
import { reportCheck } from './report-check.ts';
import { stepOutageChecks } from './target-checks.ts';

/**
 * Ends the run when a freeze has begun, the role no longer allows it, the rate is exceeded, or the lock is lost.
 * `newActs`: actions to be sent.
 */
export const endUnlessAllowed = async (run: ActiveRun, newActs: number): Promise<RunEnd | undefined> => {
  const subject = checkedRunOf(run.pending);
  const rulings = [
    ...(await continuousChecks(subject, run.checking, Math.min(newActs, subject.acts.length))),
    ...(await checkLocksHeld(run.taken)),
    ...(await approvalCheck(run.pending, run.checking, run.arming.state(run.clock.now()).reason)),
    // The lock of its target is held: no other run sends the same meanwhile.
    ...(await reportCheck(run.pending, run.checking)),
  ];
  const refusal = refusalOf(rulings, run.engine.profile);
  return refusal === undefined ? undefined : refusedEnd(run, refusal.why);
};

/** Ends the run when the step would take the last healthy instance of a service, which was not overridden. */
export const endIfOutage = async (run: ActiveRun, act: PendingAct): Promise<RunEnd | undefined> => {
  const refusal = refusalOf(
    await stepOutageChecks(run.pending, act, run.checking, run.signal),
    run.engine.profile,
  );
  if (run.signal.aborted) return canceledEnd('while the other instances were being read');
  return refusal === undefined ? undefined : refusedEnd(run, refusal.why);
};

/** Ends the run before a changing step when an item of a list that gates it is no longer settled. */
export const endIfChecklistOpen = async (
  run: ActiveRun,
  { planned }: PendingStep,
): Promise<RunEnd | undefined> => {
  if (!isChanging(planned.danger)) return undefined;
  const refusal = refusalOf(
    await confirmedChecklistRulings(run.pending, run.checking, run.signal),
    run.engine.profile,
  );
  if (run.signal.aborted) return canceledEnd('while the checklist was being read');
  return refusal === undefined ? undefined : refusedEnd(run, refusal.why);
};

/** The same recheck without a login renewal. */
export const recheckStepOnce = async (run: ActiveRun, act: PendingAct): Promise<RunEnd | undefined> => {
  const { engine, clock, signal, sent } = run;
  const stopped = (): RunEnd => canceledEnd('while the target was being rechecked');
  const barred = await endUnlessAllowed(run, 1);
  if (signal.aborted) return stopped();
  if (barred !== undefined) return barred;
  const locked = await identityRefusal(engine, act.source, signal);
  if (signal.aborted) return stopped();
  if (locked !== undefined) return sent.lines().length > 0 ? { ...locked, ending: 'failed' } : locked;
  try {
    const drift = await withDeadline((stop) => act.operation.recheck(act.plan, stop), clock, signal);
    if (drift === undefined) return undefined;
    return refusedEnd(
      run,
      `${drift.target} has changed since planning: planned for ${drift.planned}, now ${drift.found}. Plan the run again`,
    );
  } catch (error) {
    if (signal.aborted) return stopped();
    const fault = toFault(act.source, `${act.plan.use}, target recheck`, error, clock.now());
    const login = expiredLogin(engine.profile, fault);
    return { ending: 'failed', why: fault.message, ...defined({ login }) };
  }
};

/**
 * Reads a step's pinned targets again and confirms the identity. Ends the run when anything differs from the plan.
 */
export const recheckStep = async (run: ActiveRun, act: PendingAct): Promise<RunEnd | undefined> => {
  const end = await withLoginRenewal(run, () => recheckStepOnce(run, act));
  return run.signal.aborted ? canceledEnd('while the target was being rechecked') : end;
};

/**
 * Rechecks the later steps before the first is sent, so that a run does not stop halfway for a known reason.
 */
export const recheckLaterSteps = async (run: ActiveRun): Promise<RunEnd | undefined> => {
  const [, ...later] = run.pending.steps.flatMap(({ act }) => act ?? []);
  for (const act of later) {
    const end = await recheckStep(run, act);
    if (end !== undefined) return end;
  }
  return undefined;
};
