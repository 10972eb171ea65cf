import type { OperationCall } from '../../domain/operation.ts';
import type { PlannedStep, RunEvent } from '../../domain/run.ts';
import type { ActStep, Runbook } from '../../domain/runbook.ts';
import { canonicalJson } from '../ledger/canonical.ts';
import type { ProposalRequest } from './executor.ts';
import { type Made, withMade } from './made.ts';

/** The undo of a step asks for no less than the step did. */
const gateLike = (step: PlannedStep | undefined): Pick<ActStep, 'gate' | 'danger'> => {
  if (step === undefined) return {};
  const { gate, danger } = step;
  const asked = gate.typed ? 'typed' : gate.confirm ? 'confirm' : undefined;
  return asked === undefined ? { danger } : { danger, gate: asked };
};

/**
 * What undoes an ended run, as a runbook of its own: the calls that put back what its steps found, last first.
 * No proof is written for it, so it ends as executed, not recovered. Undefined when nothing can be put back.
 */
export const undoRequest = (events: readonly RunEvent[], runbook: Runbook): ProposalRequest | undefined => {
  const ended = events.findLast((event) => event.event === 'ended');
  const calls = ended?.event === 'ended' ? (ended.undo ?? []) : [];
  if (ended === undefined || calls.length === 0) return undefined;
  const planned = events.find((event) => event.event === 'planned');
  const steps = planned?.event === 'planned' ? planned.proposal.steps : [];
  const madeBy = (step: PlannedStep): Made => {
    const acted = events.find((event) => event.event === 'acted' && event.step === step.id);
    return acted?.event === 'acted' ? (acted.made ?? {}) : {};
  };
  const stepOf = (call: OperationCall): PlannedStep | undefined =>
    steps.find((step) => {
      const undo = step.undo === undefined ? undefined : withMade(step.undo, madeBy(step));
      return undo !== undefined && canonicalJson(undo) === canonicalJson(call);
    });
  const act = calls.map(
    (call, index): ActStep => ({
      id: `u${index + 1}`,
      title: call.title,
      use: call.use,
      with: call.with,
      ...gateLike(stepOf(call)),
    }),
  );
  const { when: _, notes: __, problem: ___, ...rest } = runbook;
  return {
    runbook: {
      ...rest,
      id: `${runbook.id}.undo`,
      title: `Undo: ${runbook.title}`,
      covers: [],
      params: [],
      diagnose: [],
      act,
      verify: [],
    },
    params: {},
    undoes: ended.run,
  };
};
