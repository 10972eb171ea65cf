import { whenAborted } from '../bounded.ts';
import { actStep } from './act-step.ts';
import { checkAgain } from './check-again.ts';
import type { End } from './end.ts';
import type { HeldAct, HeldStep } from './held.ts';
import { withMade } from './made.ts';
import { cancelled, type Run, unlessArmed, unwritten } from './run-context.ts';

/** Everything that must still be so in the moment before a call is sent; `acting` is on disk when it is. */
const cleared = async (run: Run, { planned }: HeldStep, act: HeldAct): Promise<End | undefined> => {
  const barred = (await checkAgain(run, act)) ?? unlessArmed(run);
  if (barred !== undefined) return barred;
  const { id, title } = planned;
  if (!(await run.recorder.must({ event: 'acting', step: id, title }))) return unwritten(run);
  // Writing it down takes its time, too.
  return run.signal.aborted ? cancelled(`before ${title} was sent`) : unlessArmed(run);
};

const actOn = async (run: Run, step: HeldStep, act: HeldAct): Promise<End | undefined> => {
  const { clock, recorder, sent, signal } = run;
  const { id, title, undo } = step.planned;
  const barred = await cleared(run, step, act);
  if (barred !== undefined) return barred;
  const before = sent.lines().length;
  const door = run.changeOf?.(act.source) ?? run.change;
  const outcome = await actStep(act, sent.watching(door), clock, signal, (text) =>
    recorder.note({ event: 'output', step: id, text }),
  );
  run.actedAt = clock.now();
  const back = undo === undefined ? undefined : withMade(undo, outcome.made ?? {});
  if (back !== undefined && sent.lines().length > before) run.undo.unshift(back);
  await recorder.note({ event: 'acted', step: id, ...outcome });
  if (signal.aborted) return cancelled(`while it acted: ${title}`);
  return outcome.ok ? undefined : { ending: 'failed', why: `${title}: ${outcome.result}` };
};

/** A step for a person: waits for the tick, or takes the one given beforehand. */
const tick = async (run: Run, { planned }: HeldStep): Promise<End | undefined> => {
  const { answers, clock, recorder, signal } = run;
  const { id, title } = planned;
  const barred = planned.gate.arm ? unlessArmed(run) : undefined;
  if (barred !== undefined) return barred;
  await recorder.note({ event: 'ticking', step: id, title });
  const asked =
    answers.ticks === undefined ? answers.tick({ id, title }, signal) : answers.ticks.includes(id);
  const done = await Promise.race([asked, whenAborted(signal).then(() => false)]);
  run.actedAt = clock.now();
  await recorder.note({ event: 'ticked', step: id, done });
  if (signal.aborted) return cancelled(`while it waited for "${title}"`);
  return done ? undefined : { ending: 'cancelled', why: `"${title}" was not done` };
};

/** The steps in their order; the first that does not succeed ends the run, and nothing behind it is sent. */
export const takeSteps = async (run: Run): Promise<End | undefined> => {
  for (const step of run.held.steps) {
    if (run.signal.aborted) return cancelled(`before "${step.planned.title}"`);
    if (run.recorder.trouble() !== undefined) return unwritten(run);
    const end = step.act === undefined ? await tick(run, step) : await actOn(run, step, step.act);
    if (end !== undefined) return end;
  }
  return undefined;
};
