import type { Danger } from '../../../src/domain/runbooks/operation.ts';
import type { WaitingApproval } from '../../../src/domain/runs/approval.ts';
import type { Gate, PlannedStep, Proposal } from '../../../src/domain/runs/proposal.ts';
import type { CheckState, RunEnding, RunEvent } from '../../../src/domain/runs/run.ts';
import type { RunView } from '../../../src/store/cockpit.ts';
import { noon } from '../../support/made-facts.ts';
import { closeBreaker } from './shop.ts';

const gate: Gate = { arm: true, confirm: true, preview: true, typed: false, windowMs: 5000 };

const step = (danger: Danger, more: Partial<Gate>): PlannedStep => ({
  id: 'a1',
  title: 'Close it',
  manual: false,
  danger,
  gate: { ...gate, ...more },
  plan: {
    use: 'bus.breaker',
    danger,
    targets: [
      { name: 'psp', uid: 'u0', saw: 'OPEN', where: 'billing-0, http://10.4.0.7:8081/actuator' },
      { name: 'psp', uid: 'u1', saw: 'OPEN', where: 'billing-1, http://10.4.0.8:8081/actuator' },
    ],
    calls: [
      {
        line: 'POST http://10.4.0.7:8081/actuator/circuitbreakers/psp',
        body: '{"updateState":"CLOSE"}',
        target: 0,
      },
      {
        line: 'POST http://10.4.0.8:8081/actuator/circuitbreakers/psp',
        body: '{"updateState":"CLOSE"}',
        target: 1,
      },
    ],
    objects: ['breaker psp of billing-0', 'breaker psp of billing-1'],
    params: { name: 'psp', to: 'close' },
  },
  undo: [{ use: 'bus.breaker', with: { name: 'psp', to: 'force-open' }, title: 'force psp open again' }],
});

const manual: PlannedStep = {
  id: 'a2',
  title: 'Notify the dependency owner',
  manual: true,
  danger: 'read',
  gate: { arm: false, confirm: false, preview: false, typed: false, windowMs: 0 },
};

/** A run that closes circuit breaker psp, planned a second ago. */
const proposal = (more: Partial<Proposal> = {}, gates: Partial<Gate> = {}): Proposal => {
  const danger = more.danger ?? 'disruptive';
  return {
    run: 'run-1',
    runbook: closeBreaker.id,
    title: 'Close a circuit breaker',
    system: 'shop',
    env: 'production',
    tier: 'production',
    params: { name: 'psp' },
    steps: [step(danger, gates), manual],
    gate: { ...gate, ...gates },
    danger,
    names: ['psp'],
    plannedAt: noon - 1000,
    blast: { objects: 2, share: { part: 2, whole: 3, of: 'billing instances' }, requestsPerSecond: 41.5 },
    checks: [
      { what: 'permission', ok: true, why: 'actuator accepts this user' },
      { what: 'lock', ok: true, why: 'no other run holds the lock of a target' },
      { what: 'rate', ok: true, why: '1 of 10 runs this hour' },
    ],
    ...more,
  };
};

export const runView = (stage: RunView['stage'], more: Partial<RunView> = {}): RunView => ({
  runbook: closeBreaker,
  stage,
  params: { name: 'psp' },
  diagnosis: {},
  events: [],
  background: false,
  ...more,
});

/** The confirmation card. */
export const proposed = (more: Partial<Proposal> = {}, gates: Partial<Gate> = {}): RunView =>
  runView('proposed', {
    proposal: proposal(more, gates),
    diagnosis: {
      d1: { title: 'Check dependency health', lines: ['psp: down  503'], faults: [], done: true },
    },
  });

/** An event, some seconds after confirmation. */
const happened = (seconds: number): { readonly run: string; readonly at: number } => ({
  run: 'run-1',
  at: noon - 42_000 + seconds * 1000,
});

export const proof = (value: CheckState['value'], why: string, holdsSince?: number): CheckState => ({
  id: 'v1',
  title: 'psp stays closed',
  value,
  why,
  ...(holdsSince === undefined ? {} : { holdsSince }),
});

/** A run in verification: confirmed, executed, manual steps done. */
export const acted: readonly RunEvent[] = [
  { ...happened(0), event: 'gated', passed: true, why: 'armed: psp outage' },
  { ...happened(0), event: 'confirmed', names: ['psp'], armed: 'psp outage' },
  { ...happened(5), event: 'acting', step: 'a1', title: 'Close it' },
  { ...happened(5), event: 'output', step: 'a1', text: 'billing-0 psp: OPEN → CLOSED' },
  { ...happened(5.4), event: 'acted', step: 'a1', ok: true, result: '2 of 2 answered 200' },
  { ...happened(6), event: 'ticking', step: 'a2', title: 'Notify the dependency owner' },
  { ...happened(20), event: 'ticked', step: 'a2', done: true },
];

export const running = (more: Partial<RunView> = {}): RunView =>
  runView('running', {
    proposal: proposal(),
    events: [
      ...acted,
      { ...happened(40), event: 'verifying', proofs: [proof('false', 'psp of billing-0 is open')] },
    ],
    ...more,
  });

/** A run that has ended; `undo` if it kept the data for it. */
export const endedRun = (
  ending: RunEnding,
  why: string,
  options: {
    readonly events?: readonly RunEvent[];
    readonly sent?: readonly string[];
    readonly proofs?: readonly CheckState[];
  } = {},
): RunView => {
  const { events = acted, sent = [], proofs } = options;
  const verifying: readonly RunEvent[] =
    proofs === undefined ? [] : [{ ...happened(41), event: 'verifying', proofs }];
  const undo =
    events.length > 0 ? { undo: [{ use: 'bus.breaker', with: {}, title: 'force psp open again' }] } : {};
  return runView('ended', {
    proposal: proposal(),
    events: [...events, ...verifying, { ...happened(42), event: 'ended', ending, why, sent, ...undo }],
  });
};

const approvalCheck = {
  ...({ what: 'approval', ok: false, asks: true } as const),
  why: 'another person must approve the run: benno, carla',
};

/** A confirmed run that waits for the approval of another person since 48 s. */
export const awaiting = (): RunView =>
  runView('running', {
    proposal: proposal(
      { danger: 'destructive', checks: [...(proposal().checks ?? []), approvalCheck] },
      { typed: true },
    ),
    events: [{ run: 'run-1', at: noon - 48_000, event: 'approval-requested', plan: 'p1', forMs: 600_000 }],
  });

/** The request of anabel for that run, as another cockpit reads it. `wallOffset`: of the clock of the screen. */
export const waitingApproval = (more: Partial<WaitingApproval> = {}, wallOffset = 0): WaitingApproval => ({
  ...{ run: 'run-1', plan: 'p1', user: 'anabel', host: 'anabel-desk', isOwn: false, isApproved: false },
  proposal: awaiting().proposal ?? proposal(),
  armed: 'INC-7: psp outage',
  ...{ requestedAt: noon + wallOffset - 48_000, until: noon + wallOffset + 552_000, tokens: ['psp'] },
  ...more,
});

/** The card on which another person answers that request. */
export const approving = (request = waitingApproval()): RunView =>
  runView('approving', { proposal: request.proposal, approval: { request } });
