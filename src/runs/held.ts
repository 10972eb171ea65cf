import type { Millis } from '../domain/fault.ts';
import type { OperationCall, Pin, Plan } from '../domain/operation.ts';
import type { PlannedStep, Proposal } from '../domain/proposal.ts';
import type { ParamValues, Runbook } from '../domain/runbook.ts';
import type { Operation } from '../sources/source.ts';
import type { Moment } from './moment.ts';
import type { Before } from './verification/proof.ts';

/** A step that is taken back, and what its targets showed before it. */
export interface PutBack extends Pick<OperationCall, 'use' | 'with'> {
  readonly id: string;
  readonly title: string;
  readonly before: readonly Pin[];
  /** True: the run made its targets, and they must not exist any more. */
  readonly gone?: true;
}

/** What an undo takes back, as it was written down. */
export interface Undoing {
  readonly system: string;
  readonly env: string;
  /** When the earlier values were read. */
  readonly capturedAt: Millis;
  /** By the id of the undo's step: what the run left there. Absent: nobody could read it. */
  readonly left: Readonly<Record<string, readonly Pin[]>>;
  /** What can be seen to be as it was before. */
  readonly back: readonly PutBack[];
  /** Titles of what is put back and cannot be seen to be. */
  readonly unseen: readonly string[];
}

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
