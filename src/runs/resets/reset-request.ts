import type { StepUndo, TargetPin } from '../../domain/runbooks/operation.ts';
import { type ActStep, resetRunbookId } from '../../domain/runbooks/runbook.ts';
import type { PlannedStep, Proposal } from '../../domain/runs/proposal.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import type { ProposalRequest } from '../context/executor-api.ts';
import type { UndoneStep } from '../context/pending-run.ts';
import { undoCallsOf } from '../undo/undo.ts';

/** A step whose change was sent as a temporary one, as the ledger recorded it. */
interface TemporaryStep {
  readonly proposal: Proposal;
  readonly step: PlannedStep;
  readonly leaves: string;
}

/**
 * Finds the temporary change in the records of its run. Its events decide, not the list of pending resets: a change
 * that was never confirmed or sent is not taken back.
 */
const temporaryStep = (events: readonly RunEvent[], id: string): TemporaryStep | undefined => {
  const planned = events.find((event) => event.event === 'planned');
  const isScheduled = events.some((event) => event.event === 'reset-scheduled' && event.step === id);
  const isSent = events.some((event) => event.event === 'acting' && event.step === id);
  if (planned?.event !== 'planned' || !isScheduled || !isSent) return undefined;
  const { proposal } = planned;
  const step = proposal.steps.find((candidate) => candidate.id === id);
  const leaves = step?.plan?.reset?.leaves;
  return step === undefined || leaves === undefined ? undefined : { proposal, step, leaves };
};

/**
 * Builds the reset of one step: a run of its undo calls. Its targets must still be as the change left them, or as they were
 * before. Undefined when the run has no such change, or nothing of it is left to take back. `how`: without a
 * person, because it was confirmed with the change, or with at least this gate.
 */
export const resetRequest = (
  events: readonly RunEvent[],
  id: string,
  how: 'unattended' | ((step: PlannedStep) => Pick<ActStep, 'gate' | 'danger'>),
): ProposalRequest | undefined => {
  const found = temporaryStep(events, id);
  if (found === undefined) return undefined;
  const { proposal, step, leaves } = found;
  const calls = undoCallsOf(events, proposal, step);
  if (calls.length === 0) return undefined;
  const before: readonly TargetPin[] = (step.plan?.targets ?? []).map(({ name, uid, saw }) => ({
    name,
    uid,
    saw,
  }));
  const taken = calls.map((call, index): { readonly id: string; readonly call: StepUndo } => ({
    id: `u${index + 1}`,
    call,
  }));
  return {
    runbook: {
      position: { file: '', line: 0, col: 0 },
      id: resetRunbookId(proposal.runbook),
      title: `Reset: ${proposal.title}`,
      covers: [],
      params: [],
      diagnose: [],
      act: taken.map(({ id: undo, call }) => ({
        id: undo,
        title: call.title,
        use: call.use,
        with: call.with,
        ...(how === 'unattended' ? { danger: step.danger } : how(step)),
      })),
      verify: [],
    },
    params: {},
    undoes: proposal.run,
    resets: { step: id, leaves, before, ...(how === 'unattended' ? { isUnattended: true as const } : {}) },
    undoing: {
      system: proposal.system,
      env: proposal.env,
      drill: proposal.drill === true,
      capturedAt: proposal.plannedAt,
      left: {},
      back: taken.map(
        ({ id: undo, call }): UndoneStep => ({
          id: undo,
          title: call.title,
          use: call.use,
          with: call.with,
          before,
        }),
      ),
      unseen: [],
    },
  };
};

/**
 * Compares the targets of a reset with its change: a target that no longer exists took the change with it, one that was
 * restored needs nothing, and any other state is a later change. Returns why the reset is not carried out.
 */
export const resetRefusal = (
  pins: readonly TargetPin[],
  { leaves, before }: NonNullable<ProposalRequest['resets']>,
  mask: (text: string) => string,
): string | undefined => {
  let isOpen = false;
  for (const { name, uid, saw } of pins) {
    const was = before.find((pin) => pin.uid === mask(uid));
    const now = mask(saw);
    if (was === undefined)
      return `${name} is not the object that was changed: a new object has the same name. Nothing was overwritten`;
    if (now === leaves) isOpen = true;
    else if (now !== was.saw)
      return `${name} has changed since the run: expected ${leaves}, found ${now}. Nothing was overwritten`;
  }
  return isOpen ? undefined : 'the targets already have their previous state, so there is nothing to reset';
};
