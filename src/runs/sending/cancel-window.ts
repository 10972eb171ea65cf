import { endUnlessAllowed } from '../checks/recheck.ts';
import type { PendingStep } from '../context/pending-run.ts';
import { type ActiveRun, canceledEnd, endUnlessArmed, ledgerFailureEnd } from '../context/run-context.ts';
import type { RunEnd } from '../context/run-end.ts';
import { isChanging } from '../policy/danger.ts';

/** True if the run waits for a person before this step. */
const waitsForPerson = ({ planned }: PendingStep): boolean => planned.manual || planned.ask === true;

/** The steps that are sent one after the other from `index` on, without waiting for a person in between. */
const nextBatch = (steps: readonly PendingStep[], index: number): readonly PendingStep[] => {
  const rest = steps.slice(index);
  const end = rest.findIndex((step, position) => position > 0 && waitsForPerson(step));
  return rest.slice(0, end === -1 ? rest.length : end).filter(({ act }) => act !== undefined);
};

const canceledWhen = ({ sent }: ActiveRun): string =>
  sent.lines().length === 0 ? 'before anything was sent' : 'in the cancel window before the next call';

/**
 * Waits for the cancel window of the steps from `index` on that no person interrupts, and checks everything that can
 * have changed meanwhile. The signal ends it, and nothing more is sent.
 */
const waitWindow = async (run: ActiveRun, index: number): Promise<RunEnd | undefined> => {
  const { clock, recorder, signal, pending } = run;
  const { windowMs } = pending.proposal.gate;
  run.isWindowDue = false;
  const batch = nextBatch(pending.steps, index);
  if (windowMs > 0) {
    const steps = batch.map(({ planned }) => planned.id);
    if (!(await recorder.must({ event: 'window', endsAt: clock.now() + windowMs, steps })))
      return ledgerFailureEnd(run);
    await clock.sleep(windowMs, signal);
  }
  const barred = signal.aborted ? undefined : await endUnlessAllowed(run, batch.length);
  return signal.aborted ? canceledEnd(canceledWhen(run)) : (barred ?? endUnlessArmed(run));
};

/**
 * The cancel window of a run that begins with a call. A run that begins by waiting for a person gets it after that,
 * directly before its first call.
 */
export const waitFirstWindow = async (run: ActiveRun): Promise<RunEnd | undefined> => {
  const [first] = run.pending.steps;
  if (first !== undefined && !first.planned.manual) return waitWindow(run, 0);
  const barred = await endUnlessAllowed(run, run.pending.steps.length);
  return run.signal.aborted ? canceledEnd(canceledWhen(run)) : (barred ?? endUnlessArmed(run));
};

/** True if a person answered since the last changing call, or none was sent yet, and this step is a changing one. */
export const isAnswered = ({ isWindowDue }: ActiveRun, { planned }: PendingStep): boolean =>
  isWindowDue && isChanging(planned.danger);

/**
 * Waits for the cancel window before a changing call when a person answered since the last one: the key that answers a
 * question must not be the key that sends.
 */
export const waitWindowAfterAnswer = async (
  run: ActiveRun,
  step: PendingStep,
): Promise<RunEnd | undefined> => {
  return isAnswered(run, step) ? waitWindow(run, run.pending.steps.indexOf(step)) : undefined;
};
