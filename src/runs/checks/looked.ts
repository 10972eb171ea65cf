import type { Danger } from '../../domain/operation.ts';
import type { GateCheck } from '../../domain/proposal.ts';
import type { HeldAct, HeldStep } from '../held.ts';

/** A check, and what follows from it. */
export interface Looked {
  readonly check: GateCheck;
  /** 'asks': the name is typed. 'forbids': nothing is sent. */
  readonly does: 'passes' | 'asks' | 'forbids';
}

/** The run that is looked at. */
export interface Subject {
  readonly run: string;
  readonly runbook: string;
  readonly danger: Danger;
  /** What would be sent that does more than read. */
  readonly acts: readonly HeldAct[];
  /** Why a freeze is broken, in the operator's words. */
  readonly override?: string;
}

/** The acts of some steps that do more than read. */
export const actsOf = (steps: readonly HeldStep[]): readonly HeldAct[] =>
  steps.flatMap(({ planned, act }) => (act === undefined || planned.danger === 'read' ? [] : [act]));

/** An undo may do what its runbook may. */
export const isNamed = (runbook: string, ids: readonly string[]): boolean =>
  ids.includes(runbook) || ids.includes(runbook.replace(/\.undo$/, ''));
