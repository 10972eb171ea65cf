import { defined } from '../../domain/base/defined.ts';
import type { OperationCall, StepUndo, TargetPin } from '../../domain/runbooks/operation.ts';
import { type ActStep, type Runbook, undoRunbookId } from '../../domain/runbooks/runbook.ts';
import type { PlannedStep, Proposal } from '../../domain/runs/proposal.ts';
import type { RunEvent } from '../../domain/runs/run.ts';
import { canonicalJson } from '../../persistence/ledger/chain.ts';
import { type CreatedIds, withCreatedIds } from '../context/act-step.ts';
import type { ProposalRequest } from '../context/executor-api.ts';
import type { UndoContext, UndoneStep } from '../context/pending-run.ts';

/** Requires at least the confirmation for the undo that the step required. */
export const gateLike = (step: PlannedStep | undefined): Pick<ActStep, 'gate' | 'danger'> => {
  if (step === undefined) return {};
  const { gate, danger } = step;
  const required = gate.typed ? 'typed' : gate.confirm ? 'confirm' : undefined;
  return required === undefined ? { danger } : { danger, gate: required };
};

const pinOf = ({ name, uid, saw }: TargetPin): TargetPin => ({ name, uid, saw });

/** The step to undo, in a form whose targets can be read again. */
const restoredStepOf = ({ id, title, plan }: PlannedStep): readonly UndoneStep[] =>
  plan === undefined
    ? []
    : [{ id, title, use: plan.use, with: plan.params, before: plan.targets.map(pinOf) }];

/** The object that a run created; it is gone once the call that removes it finds nothing to remove. */
const removedStepOf = ({ id, call }: PlannedUndo): UndoneStep => ({
  id,
  title: call.title,
  use: call.use,
  with: call.with,
  before: [],
  gone: true,
});

/** One call of an undo, with its own ID and the step that it undoes. */
interface PlannedUndo {
  readonly id: string;
  readonly call: StepUndo;
  readonly step: PlannedStep | undefined;
}

/** IDs from the responses of a step, as far as the ledger recorded them. */
const madeIn = (events: readonly RunEvent[], step: PlannedStep): CreatedIds => {
  const acted = events.find((event) => event.event === 'acted' && event.step === step.id);
  return acted?.event === 'acted' ? (acted.made ?? {}) : {};
};

/**
 * The calls that undo a run, last first, as its `ended` event lists them. When the process died before it wrote that
 * event: the undo of every step that had started, whether or not a response came. Calls that need an ID from a missing
 * response are left out.
 */
const callsOf = (events: readonly RunEvent[], { steps }: Proposal): readonly StepUndo[] => {
  const ended = events.findLast((event) => event.event === 'ended');
  if (ended?.event === 'ended') return ended.undo ?? [];
  const begun = new Set(events.flatMap((event) => (event.event === 'acting' ? [event.step] : [])));
  return steps
    .filter(({ id }) => begun.has(id))
    .toReversed()
    .flatMap((step) => (step.undo ?? []).flatMap((call) => withCreatedIds(call, madeIn(events, step)) ?? []));
};

/** True: the call is an undo of the step. */
const isUndoOf = (events: readonly RunEvent[], { left: _, ...call }: StepUndo, step: PlannedStep): boolean =>
  (step.undo ?? []).some((undo: OperationCall) => {
    const whole = withCreatedIds(undo, madeIn(events, step));
    return whole !== undefined && canonicalJson(whole) === canonicalJson(call);
  });

/** The calls that undo one step of a run; none when its request had no effect. */
export const undoCallsOf = (
  events: readonly RunEvent[],
  proposal: Proposal,
  step: PlannedStep,
): readonly StepUndo[] => callsOf(events, proposal).filter((call) => isUndoOf(events, call, step));

/** Explains which recorded call is the undo of no step that has acted; undefined when each one is. */
export const strangeCall = (events: readonly RunEvent[], proposal: Proposal): string | undefined => {
  const acted = new Set(events.flatMap((event) => (event.event === 'acting' ? [event.step] : [])));
  const steps = proposal.steps.filter(({ id }) => acted.has(id));
  const strange = callsOf(events, proposal).find(
    (call) => !steps.some((step) => isUndoOf(events, call, step)),
  );
  return strange && `"${strange.title}" does not undo any step of the run`;
};

const plannedUndosOf = (
  calls: readonly StepUndo[],
  events: readonly RunEvent[],
  proposal: Proposal,
): readonly PlannedUndo[] =>
  calls.map((call, index) => ({
    id: `u${index + 1}`,
    call,
    step: proposal.steps.find((step) => isUndoOf(events, call, step)),
  }));

const undoingOf = (
  taken: readonly PlannedUndo[],
  { system, env, plannedAt, drill }: Proposal,
): UndoContext => {
  const seen = taken.filter(({ call, step }) => call.pins === 'value' && step !== undefined);
  const created = taken.filter(({ call }) => call.pins === 'gone');
  const steps = new Set(seen.flatMap(({ step }) => step ?? []));
  return {
    system,
    env,
    drill: drill === true,
    capturedAt: plannedAt,
    left: Object.fromEntries(
      taken.flatMap(({ id, call }) => (call.left === undefined ? [] : [[id, call.left]])),
    ),
    back: [...[...steps].flatMap(restoredStepOf), ...created.map(removedStepOf)],
    unseen: taken
      .filter((plannedUndo) => !seen.includes(plannedUndo) && !created.includes(plannedUndo))
      .map(({ call }) => call.title),
  };
};

/**
 * Builds the undo of a completed or interrupted run as a separate runbook: its calls restore the previous state, last
 * first. Undefined when nothing can be undone. Locks on the targets prevent it while the run is in progress. `runbook`:
 * the runbook of that run, if the profile still has it. `gateOf`: the least gate of the undo of a step.
 */
export const undoRequest = (
  events: readonly RunEvent[],
  runbook: Runbook | undefined,
  gateOf: (step: PlannedStep | undefined) => Pick<ActStep, 'gate' | 'danger'> = gateLike,
): ProposalRequest | undefined => {
  const planned = events.find((event) => event.event === 'planned');
  if (planned?.event !== 'planned') return undefined;
  const { proposal } = planned;
  const calls = callsOf(events, proposal);
  if (calls.length === 0) return undefined;
  const taken = plannedUndosOf(calls, events, proposal);
  const act = taken.map(
    ({ id, call, step }): ActStep => ({
      id,
      title: call.title,
      use: call.use,
      with: call.with,
      ...gateOf(step),
    }),
  );
  return {
    runbook: {
      position: runbook?.position ?? { file: '', line: 0, col: 0 },
      ...defined({ impact: runbook?.impact }),
      id: undoRunbookId(proposal.runbook),
      title: `Undo: ${proposal.title}`,
      covers: [],
      params: [],
      diagnose: [],
      act,
      verify: [],
    },
    params: {},
    undoes: planned.run,
    undoing: undoingOf(taken, proposal),
  };
};
