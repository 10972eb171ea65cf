import { defined } from '../../domain/base/defined.ts';
import type { Millis } from '../../domain/base/fault.ts';
import { formatForward } from '../../domain/runbooks/port-forward.ts';
import type { ParamValues } from '../../domain/runbooks/runbook.ts';
import { withParamValues } from '../../domain/runbooks/runbook.ts';
import type { ExpiredLogin } from '../../domain/runs/proposal.ts';
import { pluralize } from '../../domain/text/count-text.ts';
import type { ChangeIo } from '../../doors/io.ts';
import { evaluateExpression, type Truth } from '../../expressions/evaluate.ts';
import { parseExpression } from '../../expressions/rows/parse.ts';
import { toFault } from '../../platform/network/to-fault.ts';
import { orAborted } from '../../platform/runtime/async.ts';
import type { Feed } from '../../sources/kit/contract/source.ts';
import { buildSnapshot } from '../../store/snapshot.ts';
import { checkedRunOf } from '../checks/admission-checks.ts';
import { rateCondition } from '../checks/continuous-checks.ts';
import { endIfChecklistOpen, endIfOutage, recheckStep, recheckStepOnce } from '../checks/recheck.ts';
import { actStep, withCreatedIds } from '../context/act-step.ts';
import { expiredLogin, renewOrEnd, withLoginRenewal } from '../context/login-renewal.ts';
import { type PendingAct, type PendingStep, stepIdOf } from '../context/pending-run.ts';
import {
  type ActiveRun,
  canceledEnd,
  endUnlessArmed,
  ledgerFailureEnd,
  refusedEnd,
} from '../context/run-context.ts';
import type { RunEnd } from '../context/run-end.ts';
import { withRemainingTurns } from '../context/run-end.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { checkFeeds, freshState, untilAfter } from '../evidence/check-feeds.ts';
import { isChanging } from '../policy/danger.ts';
import type { RunRecorder } from '../records/recorder.ts';
import { resetTitle, storeReset } from '../resets/reset-schedule.ts';
import { withTurnValue } from '../runbooks/binding/bind.ts';
import { rereadBaseline } from '../verification/baseline.ts';
import { isAnswered, waitWindowAfterAnswer } from './cancel-window.ts';

/**
 * Returns the expired login that kept a step from having any effect: the step failed before it sent anything, or every
 * request was answered with 401. Only such a step may be retried, starting with the check of its target. When the
 * response does not identify the login, a read of the target does.
 */
const deniedLogin = async (
  run: ActiveRun,
  act: PendingAct,
  { before, error }: { readonly before: number; readonly error: unknown },
): Promise<ExpiredLogin | undefined> => {
  const { engine, sent, clock } = run;
  const { profile } = engine;
  const { source, plan } = act;
  if (sent.count() === before)
    return error === undefined
      ? undefined
      : expiredLogin(profile, toFault(source, plan.use, error, clock.now()));
  if (!sent.deniedFrom(before)) return undefined;
  const denied = { source, kind: 'denied' as const, message: `${plan.use}: answered 401 Unauthorized` };
  return expiredLogin(profile, denied) ?? (await recheckStepOnce(run, act))?.login;
};

/** Waits for the pause before an iteration, recorded before it begins. Arming may expire during the pause. */
const pause = async (run: ActiveRun, { planned }: PendingStep): Promise<RunEnd | undefined> => {
  const { clock, recorder, signal } = run;
  const { id, title, pauseMs } = planned;
  if (pauseMs === undefined || pauseMs <= 0) return undefined;
  if (!(await recorder.must({ event: 'paused', step: id, endsAt: clock.now() + pauseMs })))
    return ledgerFailureEnd(run);
  await clock.sleep(pauseMs, signal);
  if (signal.aborted) return canceledEnd(`during the pause before "${title}"`);
  return planned.gate.arm ? endUnlessArmed(run) : undefined;
};

/** Waits for the operator's answer, or uses the one given in advance. False when the run is canceled meanwhile. */
const answered = async (run: ActiveRun, step: PendingStep, ask?: true): Promise<boolean> => {
  const { answers, recorder, signal } = run;
  const { id, title } = step.planned;
  const question = { id, title, ...defined({ ask }) };
  await recorder.note({ event: 'ticking', step: id, title, ...defined({ ask }) });
  const answer =
    answers.ticks === undefined ? answers.tick(question, signal) : answers.ticks.includes(stepIdOf(step));
  const done = (await orAborted(Promise.resolve(answer), signal)) ?? false;
  run.isWindowDue = true;
  await recorder.note({ event: 'ticked', step: id, done, ...defined({ ask }) });
  return done;
};

/**
 * Abort point: asks the operator whether to continue once anything has been sent. Before that, nothing can be
 * aborted.
 */
const askToContinue = async (run: ActiveRun, step: PendingStep): Promise<RunEnd | undefined> => {
  const { ask, title } = step.planned;
  if (ask !== true || run.sent.lines().length === 0) return undefined;
  const approved = await answered(run, step, true);
  if (run.signal.aborted) return canceledEnd(`while waiting for approval of "${title}"`);
  return approved
    ? undefined
    : { ending: 'cancelled', why: `the operator stopped the run before "${title}"` };
};

/** Manual step: waits until the operator marks it as done, or uses the answer given in advance. */
const executeManualStep = async (run: ActiveRun, step: PendingStep): Promise<RunEnd | undefined> => {
  const { gate, title } = step.planned;
  const blocked = gate.arm ? endUnlessArmed(run) : undefined;
  if (blocked !== undefined) return blocked;
  const done = await answered(run, step);
  run.actedAt = run.clock.now();
  run.hasActed = true;
  if (run.signal.aborted) return canceledEnd(`while waiting for "${title}"`);
  return done ? undefined : { ending: 'cancelled', why: `the operator marked "${title}" as not done` };
};

/** Total time limit for the readings of a step's condition. */
const readsMs: Millis = 20_000;

/** A truth value, with the expired login that makes it unknown. */
interface ConditionResult extends Truth {
  readonly login?: ExpiredLogin | undefined;
}

const expiredIn = (
  { facts, profile }: EnvironmentReader,
  feeds: readonly Feed[],
): ExpiredLogin | undefined => {
  const state = facts.getState().feeds;
  return feeds
    .flatMap(({ id }) => state[id]?.faults ?? [])
    .map((fault) => expiredLogin(profile, fault))
    .find((login) => login !== undefined);
};

const valuesOf = ({ pending }: ActiveRun, { planned }: PendingStep): ParamValues =>
  withTurnValue(pending.params, planned.each);

/** Evaluates a condition on readings that begin after this call, and so after the previous step completed. */
const truthOf = async (run: ActiveRun, needs: string, step: PendingStep): Promise<ConditionResult> => {
  const { engine, clock, signal } = run;
  const parsed = parseExpression(needs);
  if (!parsed.ok) return { value: 'unknown', why: `col ${parsed.col}: ${parsed.message}` };
  const since = clock.now();
  await untilAfter(since, clock, signal);
  const feeds = checkFeeds(parsed.expression, engine.feeds, engine.profile.signals);
  const deadline = clock.deadline(readsMs);
  await engine.readNow(
    feeds.map(({ id }) => id),
    AbortSignal.any([signal, deadline.signal]),
  );
  deadline.clear();
  const now = clock.now();
  const state = freshState(engine.facts.getState(), since, now);
  const truth = evaluateExpression(parsed.expression, buildSnapshot(state, now), {
    params: valuesOf(run, step),
    now,
    history: (key) => state.history[key],
  });
  return truth.value === 'unknown' ? { ...truth, login: expiredIn(engine, feeds) } : truth;
};

const readOnce = async (run: ActiveRun, needs: string, step: PendingStep): Promise<RunEnd | undefined> => {
  const { title } = step.planned;
  const { value, why, login } = await truthOf(run, needs, step);
  if (run.signal.aborted) return canceledEnd(`while checking the condition of "${title}"`);
  if (value === 'true') return undefined;
  const result = value === 'false' ? 'not met' : 'unknown';
  return {
    ending: run.sent.lines().length > 0 ? 'failed' : 'not-applicable',
    why: `"${title}" requires ${withParamValues(needs, valuesOf(run, step))}: ${result}, ${why}`,
    ...defined({ login }),
  };
};

/**
 * Ends the run when the condition of a step is not met or unknown: the step is not executed. When a login has expired,
 * asks to renew it and reads again.
 */
const checkCondition = async (run: ActiveRun, step: PendingStep): Promise<RunEnd | undefined> => {
  const { needs } = step.planned;
  return needs === undefined ? undefined : withLoginRenewal(run, () => readOnce(run, needs, step));
};

/** Stores and records the reset of a temporary change before the change is sent. */
const scheduleReset = async (run: ActiveRun, step: PendingStep): Promise<RunEnd | undefined> => {
  const { pending, resets: file, clock, mask, recorder } = run;
  const afterMs = step.planned.plan?.reset?.afterMs;
  if (afterMs === undefined) return undefined;
  try {
    const { dueAt } = await storeReset(pending, step, afterMs, { file, clock, mask });
    run.own.dueAt.set(step.planned.id, dueAt);
  } catch (error) {
    return { ending: 'failed', why: `stopped: cannot store the automatic reset: ${String(error)}` };
  }
  const scheduled = {
    event: 'reset-scheduled',
    step: step.planned.id,
    title: resetTitle(step),
    afterMs,
  } as const;
  return (await recorder.must(scheduled)) ? undefined : ledgerFailureEnd(run);
};

/** Records that a step acts, in the same lock of the ledger as the last count of the rate. */
const recordActing = async (
  run: ActiveRun,
  acting: { readonly event: 'acting'; readonly step: string; readonly title: string },
): Promise<RunEnd | undefined> => {
  const newActs = Math.min(1, checkedRunOf(run.pending).acts.length);
  const rate = rateCondition(newActs, run.checking);
  let refusal: string | undefined;
  const condition: typeof rate = rate && (async (newest) => (refusal = await rate(newest)));
  if (await run.recorder.must(acting, run.taken, condition)) return undefined;
  return refusal === undefined ? ledgerFailureEnd(run) : refusedEnd(run, refusal);
};

/** Repeats all checks immediately before a request is sent. When it succeeds, `acting` is in the ledger. */
const recheckAll = async (
  run: ActiveRun,
  step: PendingStep,
  act: PendingAct,
): Promise<RunEnd | undefined> => {
  do {
    const blocked =
      (await waitWindowAfterAnswer(run, step)) ??
      (await endIfChecklistOpen(run, step)) ??
      (await endIfOutage(run, act)) ??
      (await recheckStep(run, act)) ??
      endUnlessArmed(run);
    if (blocked !== undefined) return blocked;
    // Slow reads and the cancel window come before the target check, not between that check and the request.
  } while ((await rereadBaseline(run)) || isAnswered(run, step));
  const { id, title } = step.planned;
  const unscheduled = await scheduleReset(run, step);
  if (unscheduled !== undefined) return unscheduled;
  const unrecorded = await recordActing(run, { event: 'acting', step: id, title });
  if (unrecorded !== undefined) return unrecorded;
  // Writing the ledger takes time, too.
  return run.signal.aborted ? canceledEnd(`before ${title} was executed`) : endUnlessArmed(run);
};

/** Records the end of a port-forward that a step opens. It usually ends after the run. */
const withForwardRecord = (change: ChangeIo, recorder: RunRecorder): ChangeIo => {
  const { forward } = change;
  if (forward === undefined) return change;
  return {
    ...change,
    forward: (request, signal) => {
      const ended: NonNullable<typeof request.ended> = (closed, why) =>
        recorder.note({
          event: 'forward-closed',
          forward: formatForward(closed),
          why: `${why}; ${pluralize(closed.accepted, 'connection')}`,
        });
      return forward({ ...request, ended }, signal);
    },
  };
};

const executeAct = async (
  run: ActiveRun,
  step: PendingStep,
  act: PendingAct,
): Promise<RunEnd | undefined> => {
  const { clock, recorder, sent, sessions, signal } = run;
  const { id, title, undo, timeoutMs } = step.planned;
  const blocked = await recheckAll(run, step, act);
  if (blocked !== undefined) return blocked;
  run.hasActed = true;
  const before = sent.count();
  const door = run.changeOf?.(act.source) ?? run.change;
  const { error, ...outcome } = await actStep(
    act,
    {
      change: sent.watching(sessions.watching(withForwardRecord(door, recorder), title)),
      clock,
      ...defined({ timeoutMs }),
      output: (text) => recorder.note({ event: 'output', step: id, text }),
      sent: () => sent.lines(before),
    },
    signal,
  );
  run.actedAt = clock.now();
  if (sent.lines(before).length > 0 && isChanging(step.planned.danger))
    run.sentSteps.push({ step, ok: outcome.ok });
  const back = (undo ?? []).flatMap((call) => withCreatedIds(call, outcome.made ?? {}) ?? []);
  if (!sent.undoneFrom(before)) run.undo.unshift(...back);
  await recorder.note({ event: 'acted', step: id, ...outcome });
  if (signal.aborted) return canceledEnd(`during ${title}`);
  if (outcome.ok) return undefined;
  const end: RunEnd = { ending: 'failed', why: `${title}: ${outcome.result}` };
  const login = await deniedLogin(run, act, { before, error });
  if (login === undefined) return end;
  return (await renewOrEnd(run, login, end)) ?? executeAct(run, step, act);
};

/** Executes one step with what precedes it: pause, abort point, condition and cancel window. */
const executeStep = async (run: ActiveRun, step: PendingStep): Promise<RunEnd | undefined> => {
  if (run.signal.aborted) return canceledEnd(`before "${step.planned.title}"`);
  if (run.recorder.trouble() !== undefined) return ledgerFailureEnd(run);
  const blocked =
    (await pause(run, step)) ?? (await askToContinue(run, step)) ?? (await checkCondition(run, step));
  if (blocked !== undefined) return blocked;
  return step.act === undefined ? executeManualStep(run, step) : executeAct(run, step, step.act);
};

/** Executes the steps in order. The first failure ends the run; later steps are not executed. */
export const executeSteps = async (run: ActiveRun): Promise<RunEnd | undefined> => {
  const { steps } = run.pending;
  for (const [index, step] of steps.entries()) {
    const end = await executeStep(run, step);
    if (end !== undefined) return withRemainingTurns(end, steps, index);
  }
  return undefined;
};
