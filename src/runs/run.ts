import { defined } from '../domain/base/defined.ts';
import type { PendingReset } from '../domain/runs/pending-reset.ts';
import type { GateCheck } from '../domain/runs/proposal.ts';
import { type CheckState, isUnverified, stoppedAfterSending } from '../domain/runs/run.ts';
import { outcomeOf } from '../domain/runs/run-outcome.ts';
import { openReadIo } from '../doors/read-io.ts';
import { canonicalJson } from '../persistence/ledger/chain.ts';
import { missingAnswers } from './answer-checks.ts';
import { waitForApproval } from './approvals/wait-for-approval.ts';
import { admitRun } from './checks/admission-checks.ts';
import { refusalFor } from './checks/continuous-checks.ts';
import { recheckLaterSteps } from './checks/recheck.ts';
import { requestLoginRenewal, withLoginRenewal } from './context/login-renewal.ts';
import type { ActiveRun } from './context/run-context.ts';
import { canceledEnd, endUnlessArmed, ledgerFailureEnd } from './context/run-context.ts';
import type { RunEnd } from './context/run-end.ts';
import { identityRefusal } from './context/source-reads.ts';
import { elapsedSince } from './environment/clock-instant.ts';
import { settleIncident } from './incidents/settle-incident.ts';
import { observedChanges } from './observed-changes.ts';
import { namesToConfirm } from './policy/typed-token.ts';
import { recordDiagnosis } from './records/recorder.ts';
import { dropResets } from './resets/reset-schedule.ts';
import { waitFirstWindow } from './sending/cancel-window.ts';
import { executeSteps } from './sending/steps.ts';
import { withPostState } from './undo/post-state.ts';
import { verifyUndo } from './undo/verify-undo.ts';
import { actedSystemProblem } from './verification/acted-systems.ts';
import { readBaseline } from './verification/baseline.ts';
import { sameSystemOf } from './verification/declared-system-changes.ts';
import { missingBaseline, verifyRun } from './verification/verify.ts';
import { witnessesOf } from './verification/witnesses.ts';

/**
 * Checks every gate of every step now, whatever a view believes: plan, age, arming, names, ticks, identity.
 */
const gates = async (run: ActiveRun): Promise<RunEnd | undefined> => {
  const { pending, answers, arming, clock, engine, signal } = run;
  const { refusal } = pending.proposal;
  // A plan that could not be made lacks no answer.
  if (refusal !== undefined && refusal.missing === undefined) return refusal;
  const now = clock.now();
  const ageMs = elapsedSince(pending.plannedAt, now, clock);
  const lacking = missingAnswers(pending.proposal, answers, {
    arming: arming.state(now),
    ageMs,
    settings: engine.profile,
  });
  const refused = refusalFor([...(refusal?.missing ?? []), ...lacking]);
  if (refused !== undefined) return refused;
  for (const source of new Set(pending.steps.flatMap(({ act }) => act?.source ?? []))) {
    const locked = await withLoginRenewal(run, () => identityRefusal(engine, source, signal));
    if (locked !== undefined) return signal.aborted ? canceledEnd('before confirmation') : locked;
  }
  return undefined;
};

/** Waits for the approval of another person where the run needs it. That takes time, so what a person can revoke is checked again. */
const approved = async (run: ActiveRun): Promise<RunEnd | undefined> => {
  const end = await waitForApproval(run);
  return end ?? endUnlessArmed(run);
};

/** Runs the checks beyond the operator's answers. From here on the run holds the locks of its targets. */
const checked = async (
  run: ActiveRun,
): Promise<{ readonly checks: readonly GateCheck[]; readonly refusal?: RunEnd }> => {
  const { reason } = run.arming.state(run.clock.now());
  const { checks, refusal, taken } = await admitRun(run.pending, run.checking, run.signal, reason);
  run.taken = taken;
  if (run.signal.aborted) return { checks, refusal: canceledEnd('before confirmation') };
  return refusal === undefined ? { checks } : { checks, refusal };
};

/**
 * planned → diagnosed → gated → confirmed, each on disk before the next, or the ending that a gate requires.
 */
const admit = async (run: ActiveRun): Promise<RunEnd | undefined> => {
  const { recorder, arming, clock, answers } = run;
  const { proposal } = run.pending;
  if (!(await recorder.must({ event: 'planned', proposal }))) return ledgerFailureEnd(run);
  if (!(await recordDiagnosis(recorder, answers.found?.() ?? []))) return ledgerFailureEnd(run);
  const refusal = (await gates(run)) ?? (await approved(run));
  const gateChecks = refusal === undefined ? await checked(run) : undefined;
  const checks =
    gateChecks === undefined || gateChecks.checks.length === 0 ? {} : { checks: gateChecks.checks };
  const barred = refusal ?? gateChecks?.refusal;
  if (barred !== undefined) {
    await recorder.note({ event: 'gated', passed: false, why: barred.why, ...checks });
    return barred;
  }
  const why =
    proposal.reset === true
      ? `automatic reset, confirmed with run ${proposal.undoes ?? ''}`
      : proposal.gate.confirm
        ? 'all gates passed'
        : 'no confirmation required';
  if (!(await recorder.must({ event: 'gated', passed: true, why, ...checks }))) return ledgerFailureEnd(run);
  // Checks and writes take time: disarming in the meantime revokes the confirmation, even after arming again.
  const disarmed = endUnlessArmed(run);
  if (disarmed !== undefined) return disarmed;
  const { reason } = arming.state(clock.now());
  const armed = proposal.gate.arm && reason !== undefined ? { armed: reason } : {};
  const names = proposal.gate.confirm ? namesToConfirm(proposal) : [];
  if (!(await recorder.must({ event: 'confirmed', names, ...armed }))) return ledgerFailureEnd(run);
  if (run.pending.approval !== undefined) run.pending.approval.isConfirmed = true;
  return undefined;
};

const verify = (run: ActiveRun): Promise<RunEnd> => {
  const { pending, engine, clock, recorder, actedAt, signal, mask, openIo } = run;
  const report = (proofs: readonly CheckState[]) => recorder.note({ event: 'verifying', proofs });
  if (pending.undoing !== undefined)
    return verifyUndo(
      pending.undoing,
      { engine, clock, mask, report, ...sameSystemOf(pending, run) },
      signal,
    );
  return verifyRun(
    {
      engine,
      clock,
      openIo: openIo ?? ((options) => openReadIo(clock, options)),
      verify: pending.runbook.verify,
      params: pending.params,
      actedAt,
      before: pending.before ?? missingBaseline,
      ...sameSystemOf(pending, run),
      symptom: { runbook: pending.runbook, found: pending.incident?.found ?? [] },
      witnesses: witnessesOf(pending, engine, clock),
      actedSystemProblem: (stop) => actedSystemProblem(pending, { engine, clock }, stop),
      report,
      seen: (last) => {
        run.after = last;
      },
      renew: (login) => requestLoginRenewal(run, login),
    },
    signal,
  );
};

/** Reads what is compared after the action: the checks, and the rules of the alerts around the run. */
const readBefore = async (run: ActiveRun): Promise<undefined> => {
  await Promise.all([readBaseline(run), run.pending.incident?.readEvidence(run.signal)]);
};

/** Runs the stages in order. Each may end the run; `undefined` continues with the next. */
const stages = async (run: ActiveRun): Promise<RunEnd> =>
  (await admit(run)) ??
  (await waitFirstWindow(run)) ??
  (await recheckLaterSteps(run)) ??
  (await readBefore(run)) ??
  (await executeSteps(run)) ??
  (await verify(run));

/**
 * Says in the ending of a stopped run that its change is in effect: stopping ends the waiting, not what was sent. A
 * request that was refused, or never left, changed nothing.
 */
const withLiveChange = (end: RunEnd, { sentSteps, sent }: ActiveRun): RunEnd => {
  if (end.ending !== 'cancelled' || sentSteps.length === 0 || sent.undoneFrom(0)) return end;
  const certainty = sentSteps.some(({ ok }) => ok) ? 'is' : 'may be';
  return { ...end, why: `${stoppedAfterSending}: the change ${certainty} live; ${end.why}` };
};

/**
 * Removes the pending resets whose change had no effect, and those that a person's undo has taken back. A list that
 * cannot be written keeps them: a reset of an unchanged object finds nothing to do.
 */
const settleResets = async ({ pending, undo, resets }: ActiveRun, { ending }: RunEnd): Promise<void> => {
  const { resetsStep } = pending;
  const { run, undoes, reset } = pending.proposal;
  const temporary = pending.steps.filter(({ planned }) => planned.plan?.reset !== undefined);
  if (temporary.length === 0 && undoes === undefined) return;
  const left = new Set(undo.map(canonicalJson));
  const inEffect = temporary.filter(({ planned }) =>
    (planned.undo ?? []).some((call) => left.has(canonicalJson(call))),
  );
  const isOver = (pendingReset: PendingReset): boolean =>
    pendingReset.run === run
      ? !inEffect.some(({ planned }) => planned.id === pendingReset.step)
      : pendingReset.run === undoes &&
        reset !== true &&
        ending === 'recovered' &&
        (resetsStep === undefined || resetsStep === pendingReset.step);
  await dropResets(resets, isOver).catch(() => {});
};

const isVerified = (end: RunEnd): boolean => end.ending === 'recovered' && !isUnverified(end);

/**
 * Runs a proposal from its plan to its ending: planned → gated → confirmed → window → steps → verification → ended. The
 * window comes before the first call, and again before a call that follows an answer of the operator.
 * Never rejects. Always ends with `ended`, which lists what was sent when the run is incomplete.
 */
export const executeRun = async (run: ActiveRun): Promise<void> => {
  const { incident } = run.pending;
  const unfollow = incident?.follow(() => (run.hasActed ? run.actedAt : undefined));
  const end = await stages(run).catch(
    (error: unknown): RunEnd => ({ ending: 'failed', why: `internal error: ${String(error)}` }),
  );
  const verifiedAt = run.clock.now();
  const { login: _, ...reported } = withLiveChange(end, run);
  if (run.settlesIncident === true && run.hasActed && isVerified(end) && incident !== undefined)
    await settleIncident({ incident, verifiedAt, engine: run.engine, clock: run.clock }, run.signal);
  const whole = end.ending === 'recovered' || end.ending === 'executed-not-recovered';
  const reread = run.hasActed ? incident?.reread(run.actedAt, run.signal) : undefined;
  // The state after the run is read while its targets are still locked.
  const [undo, changes] = await Promise.all([
    run.undo.length === 0
      ? undefined
      : withPostState(run.undo, whole, {
          engine: run.engine,
          clock: run.clock,
          ...sameSystemOf(run.pending, run),
        }),
    observedChanges(run, reread),
    reread,
  ]);
  // From the same facts as the changes: what has gone is not shown as it was.
  const around =
    incident === undefined || !run.hasActed
      ? undefined
      : incident.status(end.ending === 'recovered' ? verifiedAt : undefined);
  unfollow?.();
  await settleResets(run, end);
  // Released before `ended` is published: its readers may act on the targets at once.
  const givenBack = run.taken?.release();
  await run.recorder.note({
    event: 'ended',
    ...reported,
    outcome: outcomeOf(reported, around).is,
    sent: whole ? [] : run.sent.lines(),
    ...defined({ undo }),
    ...(changes.length === 0 ? {} : { changes }),
    ...(run.sessions.list().length === 0 ? {} : { recordings: run.sessions.list() }),
    ...defined({ incident: around }),
  });
  await givenBack;
};
