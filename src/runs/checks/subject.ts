import type { HeldAct, HeldStep } from '../held.ts';
import { changes } from '../policy/danger.ts';
import type { RuledRun } from '../policy/ruling.ts';

/** The run that is looked at. */
export interface Subject extends RuledRun {
  readonly run: string;
  /** What would be sent that does more than read. */
  readonly acts: readonly HeldAct[];
}

/** The acts of some steps that do more than read. */
export const actsOf = (steps: readonly HeldStep[]): readonly HeldAct[] =>
  steps.flatMap(({ planned, act }) => (act === undefined || !changes(planned.danger) ? [] : [act]));
