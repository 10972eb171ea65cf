import type { Plan } from '../domain/operation.ts';
import type { ParamValues } from '../domain/param-value.ts';
import type { PlannedStep, Proposal } from '../domain/proposal.ts';
import type { Runbook } from '../domain/runbook.ts';
import type { Operation } from '../sources/source.ts';
import type { Moment } from './moment.ts';
import type { Undoing } from './undo/undoing.ts';
import type { Before } from './verification/proof.ts';

/** What the executor keeps of a step that a source will carry out. Its plan is the one made, not the one shown. */
export interface HeldAct {
  readonly source: string;
  readonly operation: Operation;
  readonly plan: Plan;
}

export interface HeldStep {
  readonly planned: PlannedStep;
  /** Absent for a manual step. */
  readonly act?: HeldAct;
}

/** A proposal as the executor keeps it: a view gets a masked copy and hands back its run id, nothing else counts. */
export interface Held {
  readonly proposal: Proposal;
  readonly runbook: Runbook;
  /** As they were given: those of the proposal are masked. */
  readonly params: ParamValues;
  readonly steps: readonly HeldStep[];
  readonly plannedAt: Moment;
  /** The verification's state before the first act: set when the run is about to act. */
  before?: Before;
  /** Of an undo: what it takes back. */
  readonly undoing?: Undoing;
}
