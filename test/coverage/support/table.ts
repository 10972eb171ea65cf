import { expect } from 'vitest';
import type { Exercises, RunExercise } from './exercises.ts';

/** One line of a table of exercises: a check, a log view, or a runbook that is carried out. */
export type Exercise =
  | { readonly check: string; readonly incident?: string }
  | { readonly view: string; readonly env: string; readonly incident?: string }
  | RunExercise;

/** What a test of it is called. */
export const exerciseName = (exercise: Exercise): string => {
  const { incident = 'healthy' } = exercise;
  if ('check' in exercise) return `check ${exercise.check}, ${incident}`;
  if ('view' in exercise) return `view ${exercise.view} of ${exercise.env}, ${incident}`;
  const { runbook, env, ending = 'recovered' } = exercise;
  return `${runbook} of ${env}, ${incident}: ${ending}`;
};

/** Carries it out. */
export const carryOut = async (exercises: Exercises, exercise: Exercise): Promise<void> => {
  if ('check' in exercise)
    expect((await exercises.check(exercise.check, exercise.incident)).faults).toEqual([]);
  else if ('view' in exercise) await exercises.view(exercise.env, exercise.view, exercise.incident);
  else await exercises.run(exercise);
};
