import { defined } from '../../domain/base/defined.ts';
import { incidentText } from '../../domain/incidents/incident-status.ts';
import type { DiagnoseStep, Runbook, VerifyStep } from '../../domain/runbooks/runbook.ts';
import type { Proposal } from '../../domain/runs/proposal.ts';
import type { CheckState, RunEvent } from '../../domain/runs/run.ts';
import { type TracedRun, type TracedStep, tracedFault } from '../../domain/runs/trace.ts';

const tracedCheck = ({ id, value, why }: CheckState) => ({ id, value, why });

const traceCheck = (section: 'diagnose' | 'verify', step: DiagnoseStep | VerifyStep): TracedStep => ({
  id: step.id,
  section,
  ...defined({ use: step.use, that: step.that }),
  ...('manual' in step && step.manual === true ? { manual: true } : {}),
});

/** The steps of a run: diagnosis as the runbook has it, actions as planned. */
const tracedSteps = (
  { steps, followUps, preventions }: Proposal,
  runbook: Runbook | undefined,
): readonly TracedStep[] => [
  ...(runbook?.diagnose ?? []).map((step) => traceCheck('diagnose', step)),
  ...steps.map(
    ({ id, manual, danger, plan }): TracedStep => ({
      id,
      section: 'act',
      ...(manual ? { manual } : { danger }),
      ...(plan === undefined
        ? {}
        : { use: plan.use, targets: plan.targets.length, calls: plan.calls.length }),
    }),
  ),
  ...(runbook === undefined || runbook.verify === 'none' ? [] : runbook.verify).map((step) =>
    traceCheck('verify', step),
  ),
  ...(followUps ?? []).map(({ id }): TracedStep => ({ id, section: 'after', manual: true })),
  ...(preventions ?? []).map(({ id }): TracedStep => ({ id, section: 'prevent', manual: true })),
];

/** The trace attributes of an event: no output, no parameters, no response bodies. */
const fieldsOf = (event: RunEvent, runbook: Runbook | undefined): Partial<TracedRun> => {
  switch (event.event) {
    case 'planned': {
      const { proposal } = event;
      const checks = proposal.checks?.map(({ what, ok, why }) => ({ what, ok, why }));
      return {
        runbook: proposal.runbook,
        steps: tracedSteps(proposal, runbook),
        ...defined({ checks, why: proposal.refusal?.why }),
      };
    }
    case 'diagnosed': {
      const { step, lines, faults, done } = event.found;
      return {
        step,
        ok: done,
        lines: lines.filter((line) => line.trim() !== '').length,
        ...(lines.some((line) => line.startsWith('unknown')) ? { unknown: true } : {}),
        faults: faults.map(tracedFault),
      };
    }
    case 'gated': {
      const checks = event.checks?.map(({ what, ok, why }) => ({ what, ok, why }));
      return { ok: event.passed, why: event.why, ...defined({ checks }) };
    }
    case 'acting':
    case 'reset-scheduled':
      return { step: event.step, title: event.title };
    case 'acted':
      return { step: event.step, ok: event.ok, why: event.result };
    case 'output':
    case 'paused':
      return { step: event.step };
    case 'ticking':
      return { step: event.step, title: event.title, ...(event.ask === true ? { ask: true } : {}) };
    case 'ticked':
      return { step: event.step, ok: event.done, ...(event.ask === true ? { ask: true } : {}) };
    case 'before':
    case 'verifying':
      return { proofs: event.proofs.map(tracedCheck) };
    case 'relapsed':
      return { proofs: event.proofs.map(tracedCheck), why: event.why };
    case 'login':
      return { why: event.why };
    case 'renewed':
      return { ok: event.ok, why: event.why };
    case 'watching':
      return event.blind === undefined ? {} : { why: event.blind };
    case 'watched':
      return { ok: event.held, why: event.why };
    case 'ended':
      return { ending: event.ending, why: event.why, sent: event.sent.length };
    case 'forward-closed':
    case 'approval-refused':
    case 'approval-withdrawn':
      return { why: event.why };
    case 'incident':
      return { why: incidentText(event.incident) };
    case 'confirmed':
    case 'approval-requested':
    case 'approved':
    case 'window':
    case 'noted':
      return {};
  }
};

/** Converts an event of a run to a trace event. `runbook`: the source of the diagnosis steps. */
export const runTraceEvent = (event: RunEvent, runbook?: Runbook): TracedRun => ({
  what: 'run',
  run: event.run,
  event: event.event,
  ...fieldsOf(event, runbook),
});
