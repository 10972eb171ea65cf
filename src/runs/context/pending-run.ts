import type { Millis } from '../../domain/base/fault.ts';
import type { DeclaredEffect, OperationCall, Plan, TargetPin } from '../../domain/runbooks/operation.ts';
import type { ParamValues, Runbook } from '../../domain/runbooks/runbook.ts';
import type { PlannedStep, Proposal } from '../../domain/runs/proposal.ts';
import type { SeenRestarts } from '../../expressions/witness/unproven.ts';
import type { Operation } from '../../sources/kit/contract/source.ts';
import type { ClockInstant } from '../environment/clock-instant.ts';
import type { SystemBaseline } from '../evidence/same-system.ts';
import type { VerificationBaseline } from '../evidence/verification-check.ts';
import type { IncidentTracker } from '../incidents/incident-tracker.ts';

/** A step to undo, and the state of its targets before it. */
export interface UndoneStep extends Pick<OperationCall, 'use' | 'with'> {
  readonly id: string;
  readonly title: string;
  readonly before: readonly TargetPin[];
  /** True: the run created its targets, and they must no longer exist. */
  readonly gone?: true;
}

/** The state that an undo restores, as recorded in the ledger. */
export interface UndoContext {
  readonly system: string;
  readonly env: string;
  /** True: that run acted on a simulator. */
  readonly drill: boolean;
  /** The time at which the previous values were read. */
  readonly capturedAt: Millis;
  /** The state after the run, by id of the undo step. Absent: it could not be read. */
  readonly left: Readonly<Record<string, readonly TargetPin[]>>;
  /** Steps whose restored state can be verified. */
  readonly back: readonly UndoneStep[];
  /** Titles of restored steps that cannot be verified. */
  readonly unseen: readonly string[];
}

/** The executor's own copy of a step for a source. Its plan is the original, not the masked one shown. */
export interface PendingAct {
  readonly source: string;
  readonly operation: Operation;
  readonly plan: Plan;
}

export interface PendingStep {
  readonly planned: PlannedStep;
  /** Absent for a manual step. */
  readonly act?: PendingAct;
  /** As declared by the runbook's step. */
  readonly changesSystem?: readonly string[];
  /** The rows that the step ends or replaces according to its runbook, beyond what its operation declares. */
  readonly effects?: readonly DeclaredEffect[];
}

/** The step id of an iteration: `a1/2` belongs to `a1`. */
export const stepIdOf = ({ planned: { id, each } }: Pick<PendingStep, 'planned'>): string =>
  each === undefined ? id : id.slice(0, id.lastIndexOf('/'));

/** The executor's own copy of a proposal. A view gets a masked copy and hands back only its run id. */
export interface PendingRun {
  readonly proposal: Proposal;
  readonly runbook: Runbook;
  /** The original values; those of the proposal are masked. */
  readonly params: ParamValues;
  readonly steps: readonly PendingStep[];
  readonly plannedAt: ClockInstant;
  /** The verification state before the first action. Set when the run is about to act. */
  before?: VerificationBaseline;
  /** The fingerprints of the systems that its verification reads, before the first action. Set with `before`. */
  systems?: SystemBaseline;
  /** The fingerprints of the systems that it acts on, read with `systems`. */
  actedSystems?: SystemBaseline;
  /** The restarts that its verification and its watch noticed, so that each is counted from the same time. */
  readonly restarts: SeenRestarts;
  /** The findings at the confirmation. Absent: there was none, or it is not confirmed. */
  incident?: IncidentTracker;
  /** Its request for the approval of another person. Absent: not requested. */
  approval?: { readonly plan: string; readonly requestedAt: ClockInstant; isConfirmed: boolean };
  /**
   * For a report of a declared incident: the earlier runs that have sent the same, or may have, when it was planned. Its
   * operator knows of them.
   */
  readonly reportedBefore?: readonly string[];
  /** For an undo: what it restores. */
  readonly undoing?: UndoContext;
  /** For the reset of a temporary change: its step. */
  readonly resetsStep?: string;
}
