import type { Exercises, RunExercise } from './exercises.ts';

/** One row of a table of exercises: a check, a log view, or a runbook to run. */
export type Exercise =
  | { readonly check: string; readonly incident?: string }
  | { readonly view: string; readonly env: string; readonly incident?: string }
  | RunExercise;

/** An exercise with its name, and the runbook or view that it covers. */
export interface NamedExercise {
  readonly name: string;
  readonly env: string;
  readonly runbook?: string;
  readonly view?: string;
  carryOut(exercises: Exercises): Promise<unknown>;
}

/** Test title of an exercise. */
const exerciseName = (exercise: Exercise): string => {
  const { incident = 'healthy' } = exercise;
  if ('check' in exercise) return `check ${exercise.check}, ${incident}`;
  if ('view' in exercise) return `view ${exercise.view} of ${exercise.env}, ${incident}`;
  const { runbook, env, ending = 'recovered' } = exercise;
  return `${runbook} of ${env}, ${incident}: ${ending}`;
};

/** Key of an exercise's expectations: without ': recovered'. */
export const expectationName = (name: string): string => name.replace(/: recovered$/, '');

/** Names an exercise of a table. */
export const named = (exercise: Exercise): NamedExercise => {
  const name = exerciseName(exercise);
  if ('check' in exercise) {
    const { check: env, incident } = exercise;
    return { name, env, carryOut: (exercises) => exercises.check(env, incident) };
  }
  const { env } = exercise;
  if ('view' in exercise) {
    const { view, incident } = exercise;
    return { name, env, view, carryOut: (exercises) => exercises.view(env, view, incident) };
  }
  return { name, env, runbook: exercise.runbook, carryOut: (exercises) => exercises.run(exercise) };
};
