import type { RunExercise } from '../coverage/support/exercises.ts';
import type { Sabotage } from './saboteur.ts';

/** A run that may recover although an act was sabotaged, and why that is right. */
interface Exception {
  readonly system: string;
  readonly runbook: string;
  /** Absent: every step. */
  readonly step?: string;
  /** Absent: every sabotage. */
  readonly sabotage?: Sabotage | 'input';
  readonly reason: string;
}

const exceptions: readonly Exception[] = [];

/** The reason why a sabotaged run may recover; undefined when there is none. */
export const exceptionOf = (
  { env, runbook }: RunExercise,
  step: string,
  sabotage: Sabotage | 'input',
): string | undefined =>
  exceptions.find(
    (one) =>
      env.startsWith(`${one.system}/`) &&
      one.runbook === runbook &&
      (one.step ?? step) === step &&
      (one.sabotage ?? sabotage) === sabotage,
  )?.reason;
