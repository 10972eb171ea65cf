import type { ProofState } from '../domain/run.ts';
import { openReadIo } from '../doors/read-io.ts';
import { admit, waitWindow } from './admit.ts';
import { checkLaterSteps } from './check-again.ts';
import type { End } from './end.ts';
import { renewed } from './logins/renew.ts';
import type { Run } from './run-context.ts';
import { takeSteps } from './steps.ts';
import { withLeft } from './undo/left.ts';
import { provePutBack } from './undo/put-back.ts';
import { lookBefore } from './verification/look-before.ts';
import { unread, verify } from './verification/verify.ts';

const prove = (run: Run): Promise<End> => {
  const { held, engine, clock, recorder, actedAt, signal, mask, openIo } = run;
  const tell = (proofs: readonly ProofState[]) => recorder.note({ event: 'verifying', proofs });
  if (held.undoing !== undefined) return provePutBack(held.undoing, { engine, clock, mask, tell }, signal);
  return verify(
    {
      engine,
      clock,
      openIo: openIo ?? ((options) => openReadIo(clock, options)),
      verify: held.runbook.verify,
      params: held.params,
      actedAt,
      before: held.before ?? unread,
      tell,
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
  (await lookBefore(run)) ??
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
  const { login: _, ...told } = end;
  const whole = end.ending === 'recovered' || end.ending === 'executed-not-recovered';
  // What the run left is read while nobody else may act on it.
  const undo = run.undo.length === 0 ? undefined : await withLeft(run.undo, whole, run);
  // Begun before its end is told: whoever sees that may act on its targets at once.
  const givenBack = run.taken?.release();
  await run.recorder.note({
    event: 'ended',
    ...told,
    sent: whole ? [] : run.sent.lines(),
    ...(undo === undefined ? {} : { undo }),
  });
  await givenBack;
};
