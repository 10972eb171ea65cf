import { checkAgain } from './check-again.ts';
import type { End } from './end.ts';
import type { HeldAct, HeldStep } from './held.ts';
import { deniedLogin } from './logins/denied.ts';
import { renewOr } from './logins/renew.ts';
import { withRest } from './loop-rest.ts';
import { needed } from './needs.ts';
import { cancelled, type Run, unlessArmed, unwritten } from './run-context.ts';
import { actStep } from './sending/act-step.ts';
import { withMade } from './sending/made.ts';
import { lookAgainBefore } from './verification/look-before.ts';
import { askToGoOn, pause, tick } from './waits.ts';

/** Everything that must still be so in the moment before a call is sent; `acting` is on disk when it is. */
const cleared = async (run: Run, { planned }: HeldStep, act: HeldAct): Promise<End | undefined> => {
  do {
    const barred = (await checkAgain(run, act)) ?? unlessArmed(run);
    if (barred !== undefined) return barred;
    // What takes time comes before the targets are checked, not between that and the call.
  } while (await lookAgainBefore(run));
  const { id, title } = planned;
  if (!(await run.recorder.must({ event: 'acting', step: id, title }))) return unwritten(run);
  // Writing it down takes its time, too.
  return run.signal.aborted ? cancelled(`before ${title} was sent`) : unlessArmed(run);
};

const actOn = async (run: Run, step: HeldStep, act: HeldAct): Promise<End | undefined> => {
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
  const back = (undo ?? []).flatMap((call) => withMade(call, outcome.made ?? {}) ?? []);
  if (!sent.undoneFrom(before)) run.undo.unshift(...back);
  await recorder.note({ event: 'acted', step: id, ...outcome });
  if (signal.aborted) return cancelled(`while it acted: ${title}`);
  if (outcome.ok) return undefined;
  const end: End = { ending: 'failed', why: `${title}: ${outcome.result}` };
  const login = await deniedLogin(run, act, { before, error });
  if (login === undefined) return end;
  return (await renewOr(run, login, end)) ?? actOn(run, step, act);
};

/** One step with all that stands before it: its pause, the question whether to go on, and what it needs. */
const take = async (run: Run, step: HeldStep): Promise<End | undefined> => {
  if (run.signal.aborted) return cancelled(`before "${step.planned.title}"`);
  if (run.recorder.trouble() !== undefined) return unwritten(run);
  const barred = (await pause(run, step)) ?? (await askToGoOn(run, step)) ?? (await needed(run, step));
  if (barred !== undefined) return barred;
  return step.act === undefined ? tick(run, step) : actOn(run, step, step.act);
};

/** The steps in their order; the first that does not succeed ends the run, and nothing behind it is sent. */
export const takeSteps = async (run: Run): Promise<End | undefined> => {
  const { steps } = run.held;
  for (const [index, step] of steps.entries()) {
    const end = await take(run, step);
    if (end !== undefined) return withRest(end, steps, index);
  }
  return undefined;
};
