import { defined } from '../../domain/base/defined.ts';
import { isSameReset, type PendingReset } from '../../domain/runs/pending-reset.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { ResetFile } from '../../persistence/files/reset-file.ts';
import type { Clock } from '../../platform/runtime/clock.ts';
import type { PendingRun, PendingStep } from '../context/pending-run.ts';
import type { ProposalRefusal } from '../context/source-reads.ts';

interface ScheduleParts {
  readonly file: ResetFile;
  readonly clock: Pick<Clock, 'wallNow'>;
  readonly mask: (text: string) => string;
}

const targetsOf = ({ act }: PendingStep, mask: (text: string) => string): readonly string[] =>
  act?.plan.targets.map(({ uid }) => mask(`${act.source} ${uid}`)) ?? [];

type Place = Pick<Proposal, 'system' | 'env' | 'drill'>;

/** True: a reset in this environment; those of a drill and of the real environment of the same name are kept apart. */
export const isResetOf = (reset: PendingReset, { system, env, drill }: Place): boolean =>
  reset.system === system && reset.env === env && reset.drill === drill;

/** '14:05:00 UTC' */
const timeText = (wall: number): string => `${new Date(wall).toISOString().slice(11, 19)} UTC`;

/**
 * Refuses a temporary change of an object that already has one: its previous value would be the temporary value of the
 * first, which would then stay.
 */
export const overlapRefusal = async (
  { proposal, steps }: Pick<PendingRun, 'proposal' | 'steps'>,
  { file, mask }: Pick<ScheduleParts, 'file' | 'mask'>,
): Promise<ProposalRefusal | undefined> => {
  const temporary = steps.filter(({ planned }) => planned.plan?.reset !== undefined);
  if (temporary.length === 0) return undefined;
  const targets = new Set(temporary.flatMap((step) => targetsOf(step, mask)));
  try {
    const pending = (await file.read()).find(
      (pendingReset) =>
        isResetOf(pendingReset, proposal) && pendingReset.targets.some((target) => targets.has(target)),
    );
    if (pending === undefined) return undefined;
    return {
      ending: 'forbidden',
      why: `a temporary change is in effect until ${timeText(pending.dueAt)} (${pending.title}): undo run ${pending.run} first`,
    };
  } catch (error) {
    return { ending: 'failed', why: errorMessage(error) };
  }
};

/** The undo of a step as one text: 'Restore logger com.shop to INFO'. */
export const resetTitle = ({ planned }: PendingStep): string =>
  (planned.undo ?? []).map(({ title }) => title).join(', ');

/**
 * Stores and returns the reset of a step before its change is sent, so that it survives the process. Rejects when the file cannot be
 * written; then nothing may be sent.
 */
export const storeReset = async (
  { proposal }: Pick<PendingRun, 'proposal'>,
  step: PendingStep,
  afterMs: number,
  { file, clock, mask }: ScheduleParts,
): Promise<PendingReset> => {
  const { run, system, env, drill } = proposal;
  const reset: PendingReset = {
    run,
    step: step.planned.id,
    system,
    env,
    ...defined({ drill }),
    title: mask(resetTitle(step)),
    targets: targetsOf(step, mask),
    dueAt: clock.wallNow() + afterMs,
    attempts: 0,
  };
  await file.update((known) => [...known.filter((pendingReset) => !isSameReset(pendingReset, reset)), reset]);
  return reset;
};

/** Removes the resets of a run that `isOver` selects: their change was not made, or was taken back. */
export const dropResets = async (
  file: ResetFile,
  isOver: (reset: PendingReset) => boolean,
): Promise<void> => {
  const known = await file.read();
  if (known.some(isOver)) await file.update((resets) => resets.filter((reset) => !isOver(reset)));
};
