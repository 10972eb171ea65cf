import type { Millis } from '../domain/fault.ts';
import type { OperationCall, Plan, TargetPin } from '../domain/operation.ts';
import type { PlannedStep, Proposal } from '../domain/proposal.ts';
import type { ParamValues, Runbook } from '../domain/runbook.ts';
import type { Operation } from '../sources/source.ts';
import type { ClockInstant } from './clock-instant.ts';
import type { VerificationBaseline } from './verification/proof.ts';

/** A step that is taken back, and what its targets showed before it. */
export interface UndoneStep extends Pick<OperationCall, 'use' | 'with'> {
  readonly id: string;
  readonly title: string;
  readonly before: readonly TargetPin[];
  /** True: the run made its targets, and they must not exist any more. */
  readonly gone?: true;
}

/** What an undo takes back, as it was written down. */
export interface UndoContext {
  readonly system: string;
  readonly env: string;
  /** When the earlier values were read. */
  readonly capturedAt: Millis;
  /** By the id of the undo's step: what the run left there. Absent: nobody could read it. */
  readonly left: Readonly<Record<string, readonly TargetPin[]>>;
  /** What can be seen to be as it was before. */
  readonly back: readonly UndoneStep[];
  /** Titles of what is put back and cannot be seen to be. */
  readonly unseen: readonly string[];
}

/** What the executor keeps of a step that a source will carry out. Its plan is the one made, not the one shown. */
export interface PendingAct {
  readonly source: string;
  readonly operation: Operation;
  readonly plan: Plan;
}

export interface PendingStep {
  readonly planned: PlannedStep;
  /** Absent for a manual step. */
  readonly act?: PendingAct;
}

/** A proposal as the executor keeps it: a view gets a masked copy and hands back its run id, nothing else counts. */
export interface PendingRun {
  readonly proposal: Proposal;
  readonly runbook: Runbook;
  /** As they were given: those of the proposal are masked. */
  readonly params: ParamValues;
  readonly steps: readonly PendingStep[];
  readonly plannedAt: ClockInstant;
  /** The verification's state before the first act: set when the run is about to act. */
  before?: VerificationBaseline;
  /** Of an undo: what it takes back. */
  readonly undoing?: UndoContext;
}
