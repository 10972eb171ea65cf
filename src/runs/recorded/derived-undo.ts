import { defined } from '../../domain/base/defined.ts';
import { type OperationCall, splitUse, type UndoCall } from '../../domain/runbooks/operation.ts';
import type { ActStep, Runbook } from '../../domain/runbooks/runbook.ts';
import type { PlannedStep, Proposal } from '../../domain/runs/proposal.ts';
import { canonicalJson } from '../../persistence/ledger/chain.ts';
import { TunnelError } from '../../platform/network/dial.ts';
import { stepIdOf } from '../context/pending-run.ts';
import type { EnvironmentReader } from '../environment/environment-reader.ts';
import { moreDangerous } from '../policy/danger.ts';
import { maskDeep } from '../records/recorder.ts';
import { loopTurns, withTurnValue } from '../runbooks/binding/bind.ts';

interface DerivingParts {
  readonly engine: Pick<EnvironmentReader, 'sources' | 'bind'>;
  /** The runbooks of the profile, and its generic actions. */
  readonly runbooks: readonly Runbook[];
  readonly mask: (text: string) => string;
}

const callsOf = (back: UndoCall | undefined): readonly OperationCall[] => {
  if (back === undefined) return [];
  const { and = [], ...first } = back;
  return [first, ...and];
};

/**
 * Explains why the recorded undo of a step is not the one of its operation; undefined when it is. The operation of this
 * profile states it again, for the state that the step recorded. Throws TunnelError where its source is not
 * reached, and rejects when the signal is aborted meanwhile: neither says anything about the record.
 */
export const undoProblem = async (
  { id, plan, undo = [] }: PlannedStep,
  { engine, mask }: Pick<DerivingParts, 'engine' | 'mask'>,
  signal: AbortSignal,
): Promise<string | undefined> => {
  if (undo.length === 0) return undefined;
  if (plan === undefined) return `step ${id} has no plan in the ledger, so opsdeck cannot undo the step`;
  const { source, name } = splitUse(plan.use);
  const opened = engine.sources.get(source);
  const operation = opened?.operations.find((candidate) => candidate.name === name);
  if (operation === undefined) return `step ${id}: this profile has no operation ${plan.use}`;
  if (undo.some(({ use }) => splitUse(use).source !== source))
    return `step ${id}: the undo would act on a source other than ${source}`;
  const other = `step ${id}: the recorded undo does not belong to ${plan.use}`;
  await opened?.ready?.(signal);
  try {
    const derived = callsOf(operation.undo?.(plan));
    return canonicalJson(maskDeep(derived, mask)) === canonicalJson(undo) ? undefined : other;
  } catch (error) {
    // The source was lost in between.
    if (error instanceof TunnelError) throw error;
    return other;
  }
};

/** The step of the profile that a recorded step carried out, with the same values; undefined when there is none. */
const profileStepOf = (
  { runbook: id, params }: Pick<Proposal, 'runbook' | 'params'>,
  step: PlannedStep,
  { engine, runbooks, mask }: DerivingParts,
): ActStep | undefined => {
  const written = runbooks
    .find((runbook) => runbook.id === id)
    ?.act.find((actStep) => actStep.id === stepIdOf({ planned: step }));
  if (written?.use === undefined || written.use !== step.plan?.use) return undefined;
  try {
    const turn = loopTurns(written, params).find((loopTurn) => loopTurn.turn?.nth === step.each?.nth);
    if (turn === undefined) return undefined;
    const bound = engine.bind(turn, withTurnValue(params, turn.turn));
    const { params: recorded } = step.plan;
    const isSame = Object.entries(maskDeep(bound, mask)).every(
      ([name, value]) => canonicalJson(value) === canonicalJson(recorded[name]),
    );
    return isSame ? written : undefined;
  } catch {
    return undefined;
  }
};

/**
 * The gate of an undo whose step is known from a record only: that of the profile's step, and at least what was recorded.
 * Where the profile does not have that step, its names are typed, as for an act that cannot be undone.
 */
export const recordedGate = (
  proposal: Proposal,
  step: PlannedStep | undefined,
  parts: DerivingParts,
): Pick<ActStep, 'gate' | 'danger'> => {
  const written = step === undefined ? undefined : profileStepOf(proposal, step, parts);
  if (step === undefined || written === undefined) return { danger: 'destructive', gate: 'typed' };
  const { gate } = step;
  const required = gate.typed ? 'typed' : gate.confirm ? 'confirm' : undefined;
  const strictest: ActStep['gate'] =
    written.gate === 'typed' || required === 'typed' ? 'typed' : (written.gate ?? required);
  return {
    danger: written.danger === undefined ? step.danger : moreDangerous(step.danger, written.danger),
    ...defined({ gate: strictest }),
  };
};
