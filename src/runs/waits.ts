import { whenAborted } from '../scheduler/bounded.ts';
import type { End } from './end.ts';
import type { HeldStep } from './held.ts';
import { stepIdOf } from './loop-rest.ts';
import { cancelled, type Run, unlessArmed, unwritten } from './run-context.ts';

/** The pause before a turn of a loop, written down before it begins. Arming may end while it lasts. */
export const pause = async (run: Run, { planned }: HeldStep): Promise<End | undefined> => {
  const { clock, recorder, signal } = run;
  const { id, title, pauseMs } = planned;
  if (pauseMs === undefined || pauseMs <= 0) return undefined;
  if (!(await recorder.must({ event: 'paused', step: id, endsAt: clock.now() + pauseMs })))
    return unwritten(run);
  await clock.sleep(pauseMs, signal);
  if (signal.aborted) return cancelled(`in the pause before "${title}"`);
  return planned.gate.arm ? unlessArmed(run) : undefined;
};

/** Waits for a word of the operator, or takes the one given beforehand; false when it is cancelled meanwhile. */
const answered = async (run: Run, step: HeldStep, ask?: true): Promise<boolean> => {
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
export const askToGoOn = async (run: Run, step: HeldStep): Promise<End | undefined> => {
  const { ask, title } = step.planned;
  if (ask !== true || run.sent.lines().length === 0) return undefined;
  const goesOn = await answered(run, step, true);
  if (run.signal.aborted) return cancelled(`while it was asked whether to go on to "${title}"`);
  return goesOn ? undefined : { ending: 'cancelled', why: `stopped before "${title}", as answered` };
};

/** A step for a person: waits for the tick, or takes the one given beforehand. */
export const tick = async (run: Run, step: HeldStep): Promise<End | undefined> => {
  const { gate, title } = step.planned;
  const barred = gate.arm ? unlessArmed(run) : undefined;
  if (barred !== undefined) return barred;
  const done = await answered(run, step);
  run.actedAt = run.clock.now();
  run.hasActed = true;
  if (run.signal.aborted) return cancelled(`while it waited for "${title}"`);
  return done ? undefined : { ending: 'cancelled', why: `"${title}" was not done` };
};
