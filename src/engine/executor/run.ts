import { admit, waitWindow } from './admit.ts';
import { checkLaterSteps } from './check-again.ts';
import type { End } from './end.ts';
import { renewed } from './renew.ts';
import type { Run } from './run-context.ts';
import { takeSteps } from './steps.ts';
import { verify } from './verify.ts';

const prove = (run: Run): Promise<End> => {
  const { held, engine, clock, recorder, actedAt, signal } = run;
  return verify(
    {
      engine,
      clock,
      verify: held.runbook.verify,
      params: held.params,
      actedAt,
      tell: (proofs) => recorder.note({ event: 'verifying', proofs }),
      renew: (login) => renewed(run, login),
    },
    signal,
  );
};

/** Each stage may end the run; `undefined` lets it go on to the next. */
const stages = async (run: Run): Promise<End> =>
  (await admit(run)) ??
  (await waitWindow(run)) ??
  (await checkLaterSteps(run)) ??
  (await takeSteps(run)) ??
  (await prove(run));

/**
 * One run from its plan to its ending: planned → gated → confirmed → window → each step → proofs → ended. Never
 * rejects; it always ends with `ended`, which says what was sent when that is not all of it.
 */
export const carryOut = async (run: Run): Promise<void> => {
  const end = await stages(run).catch(
    (error: unknown): End => ({ ending: 'failed', why: `a mistake of ours: ${String(error)}` }),
  );
  // Whoever sees that it has ended may act on its targets at once.
  await run.taken?.release();
  const { login: _, ...told } = end;
  const whole = end.ending === 'recovered' || end.ending === 'executed-not-recovered';
  await run.recorder.note({
    event: 'ended',
    ...told,
    sent: whole ? [] : run.sent.lines(),
    ...(run.undo.length === 0 ? {} : { undo: run.undo }),
  });
};
