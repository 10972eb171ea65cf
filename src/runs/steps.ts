import type { Millis } from '../domain/fault.ts';
import type { ExpiredLogin } from '../domain/proposal.ts';
import type { ParamValues } from '../domain/runbook.ts';
import { withParamValues } from '../domain/runbook.ts';
import type { Engine } from '../engine/engine.ts';
import { evaluateExpression, type Truth } from '../expressions/evaluate.ts';
import { parseExpression } from '../expressions/parse.ts';
import { toFault } from '../platform/to-fault.ts';
import { whenAborted } from '../scheduler/call-with-deadline.ts';
import type { Feed } from '../sources/source.ts';
import { buildSnapshot } from '../store/snapshot.ts';
import { expiredLogin, renewOrEnd, withLoginRenewal } from './login-renewal.ts';
import type { PendingAct, PendingStep } from './pending-run.ts';
import { recheckStep, recheckStepOnce } from './recheck.ts';
import { type ActiveRun, canceledEnd, endUnlessArmed, ledgerFailureEnd } from './run-context.ts';
import type { RunEnd } from './run-end.ts';
import { stepIdOf, withRemainingTurns } from './run-end.ts';
import { withTurnValue } from './runbooks/bind.ts';
import { actStep, withCreatedIds } from './sending/act-step.ts';
import { rereadBaseline } from './verification/baseline.ts';
import { freshState, proofFeeds, untilAfter } from './verification/proof-feeds.ts';

/**
 * The expired login because of which nothing was done at all: the step gave up before anything left, or every call that left
 * was answered with 401. Only such a step may be taken again, from the check of its target on. What the answer does not tell
 * of the login, a read of the target does.
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
  const said = { source, kind: 'denied' as const, message: `${plan.use}: answered 401 Unauthorized` };
  return expiredLogin(profile, said) ?? (await recheckStepOnce(run, act))?.login;
};

/** The pause before a turn of a loop, written down before it begins. Arming may end while it lasts. */
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

/** Waits for a word of the operator, or takes the one given beforehand; false when it is cancelled meanwhile. */
const answered = async (run: ActiveRun, step: PendingStep, ask?: true): Promise<boolean> => {
  const { answers, recorder, signal } = run;
  const { id, title } = step.planned;
  const question = { id, title, ...(ask === undefined ? {} : { ask }) };
  await recorder.note({ event: 'ticking', step: id, title, ...(ask === undefined ? {} : { ask }) });
  const asked =
    answers.ticks === undefined ? answers.tick(question, signal) : answers.ticks.includes(stepIdOf(step));
  const done = await Promise.race([asked, whenAborted(signal).then(() => false)]);
  await recorder.note({ event: 'ticked', step: id, done, ...(ask === undefined ? {} : { ask }) });
  return done;
};

/** An abort point: once something has been sent, the operator says whether to go on. Before that there is nothing to abort. */
const askToGoOn = async (run: ActiveRun, step: PendingStep): Promise<RunEnd | undefined> => {
  const { ask, title } = step.planned;
  if (ask !== true || run.sent.lines().length === 0) return undefined;
  const goesOn = await answered(run, step, true);
  if (run.signal.aborted) return canceledEnd(`while waiting for approval of "${title}"`);
  return goesOn ? undefined : { ending: 'cancelled', why: `stopped by the operator before "${title}"` };
};

/** A step for a person: waits for the tick, or takes the one given beforehand. */
const tick = async (run: ActiveRun, step: PendingStep): Promise<RunEnd | undefined> => {
  const { gate, title } = step.planned;
  const barred = gate.arm ? endUnlessArmed(run) : undefined;
  if (barred !== undefined) return barred;
  const done = await answered(run, step);
  run.actedAt = run.clock.now();
  run.hasActed = true;
  if (run.signal.aborted) return canceledEnd(`while waiting for "${title}"`);
  return done ? undefined : { ending: 'cancelled', why: `"${title}" was not done` };
};

/** How long the readings for what a step needs may take together. */
const readsMs: Millis = 20_000;

/** A truth, and the expired login because of which nobody can tell. */
interface Seen extends Truth {
  readonly login?: ExpiredLogin | undefined;
}

const expiredIn = ({ facts, profile }: Engine, feeds: readonly Feed[]): ExpiredLogin | undefined => {
  const state = facts.getState().feeds;
  return feeds
    .flatMap(({ id }) => state[id]?.faults ?? [])
    .map((fault) => expiredLogin(profile, fault))
    .find((login) => login !== undefined);
};

const valuesOf = ({ held }: ActiveRun, { planned }: PendingStep): ParamValues =>
  withTurnValue(held.params, planned.each);

/** Whether it is so now: by readings that begin after this call, which is after the step before it was answered. */
const truthOf = async (run: ActiveRun, needs: string, step: PendingStep): Promise<Seen> => {
  const { engine, clock, signal } = run;
  const parsed = parseExpression(needs);
  if (!parsed.ok) return { value: 'unknown', why: `col ${parsed.col}: ${parsed.message}` };
  const since = clock.now();
  await untilAfter(since, clock, signal);
  const feeds = proofFeeds(parsed.expression, engine.feeds, engine.profile.signals);
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
    history: (key) => state.history[key] ?? [],
  });
  return truth.value === 'unknown' ? { ...truth, login: expiredIn(engine, feeds) } : truth;
};

const readOnce = async (run: ActiveRun, needs: string, step: PendingStep): Promise<RunEnd | undefined> => {
  const { title } = step.planned;
  const { value, why, login } = await truthOf(run, needs, step);
  if (run.signal.aborted) return canceledEnd(`while checking the condition of "${title}"`);
  if (value === 'true') return undefined;
  const said = value === 'false' ? 'not met' : 'unknown';
  return {
    ending: run.sent.lines().length > 0 ? 'failed' : 'not-applicable',
    why: `"${title}" requires ${withParamValues(needs, valuesOf(run, step))}: ${said}, ${why}`,
    ...(login === undefined ? {} : { login }),
  };
};

/**
 * Ends the run when what a step needs is not so, or nobody can tell: the step is not sent. A login that has expired is asked
 * for, and then it is read again.
 */
const needed = async (run: ActiveRun, step: PendingStep): Promise<RunEnd | undefined> => {
  const { needs } = step.planned;
  return needs === undefined ? undefined : withLoginRenewal(run, () => readOnce(run, needs, step));
};

/** Everything that must still be so in the moment before a call is sent; `acting` is on disk when it is. */
const cleared = async (
  run: ActiveRun,
  { planned }: PendingStep,
  act: PendingAct,
): Promise<RunEnd | undefined> => {
  do {
    const barred = (await recheckStep(run, act)) ?? endUnlessArmed(run);
    if (barred !== undefined) return barred;
    // What takes time comes before the targets are checked, not between that and the call.
  } while (await rereadBaseline(run));
  const { id, title } = planned;
  if (!(await run.recorder.must({ event: 'acting', step: id, title }))) return ledgerFailureEnd(run);
  // Writing it down takes its time, too.
  return run.signal.aborted ? canceledEnd(`before ${title} was executed`) : endUnlessArmed(run);
};

const actOn = async (run: ActiveRun, step: PendingStep, act: PendingAct): Promise<RunEnd | undefined> => {
  const { clock, recorder, sent, signal } = run;
  const { id, title, undo, timeoutMs } = step.planned;
  const barred = await cleared(run, step, act);
  if (barred !== undefined) return barred;
  run.hasActed = true;
  const before = sent.count();
  const door = run.changeOf?.(act.source) ?? run.change;
  const { error, ...outcome } = await actStep(
    act,
    {
      change: sent.watching(door),
      clock,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      output: (text) => recorder.note({ event: 'output', step: id, text }),
      sent: () => sent.lines(before),
    },
    signal,
  );
  run.actedAt = clock.now();
  const back = (undo ?? []).flatMap((call) => withCreatedIds(call, outcome.made ?? {}) ?? []);
  if (!sent.undoneFrom(before)) run.undo.unshift(...back);
  await recorder.note({ event: 'acted', step: id, ...outcome });
  if (signal.aborted) return canceledEnd(`during ${title}`);
  if (outcome.ok) return undefined;
  const end: RunEnd = { ending: 'failed', why: `${title}: ${outcome.result}` };
  const login = await deniedLogin(run, act, { before, error });
  if (login === undefined) return end;
  return (await renewOrEnd(run, login, end)) ?? actOn(run, step, act);
};

/** One step with all that stands before it: its pause, the question whether to go on, and what it needs. */
const take = async (run: ActiveRun, step: PendingStep): Promise<RunEnd | undefined> => {
  if (run.signal.aborted) return canceledEnd(`before "${step.planned.title}"`);
  if (run.recorder.trouble() !== undefined) return ledgerFailureEnd(run);
  const barred = (await pause(run, step)) ?? (await askToGoOn(run, step)) ?? (await needed(run, step));
  if (barred !== undefined) return barred;
  return step.act === undefined ? tick(run, step) : actOn(run, step, step.act);
};

/** The steps in their order; the first that does not succeed ends the run, and nothing behind it is sent. */
export const executeSteps = async (run: ActiveRun): Promise<RunEnd | undefined> => {
  const { steps } = run.held;
  for (const [index, step] of steps.entries()) {
    const end = await take(run, step);
    if (end !== undefined) return withRemainingTurns(end, steps, index);
  }
  return undefined;
};
