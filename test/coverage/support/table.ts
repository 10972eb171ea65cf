import type { ConsoleExercise } from './console-exercise.ts';
import type { Exercises, RunExercise } from './exercises.ts';
import { checkName } from './expectations.ts';
import { coveragePart, isInPart } from './part.ts';

/** One row of a table of exercises: a check, a log view, a console to open, or a runbook to run. */
export type Exercise =
  | {
      readonly check: string;
      readonly incident?: string;
      readonly sets?: Readonly<Record<string, string>>;
    }
  | { readonly view: string; readonly env: string; readonly incident?: string }
  | ConsoleExercise
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
  if ('opens' in exercise) return `${exercise.opens} of ${exercise.env}, by keys: recovered`;
  const { incident = 'healthy' } = exercise;
  if ('check' in exercise) return checkName(exercise.check, incident, exercise.sets);
  if ('view' in exercise) return `view ${exercise.view} of ${exercise.env}, ${incident}`;
  const { runbook, env, ending = 'recovered' } = exercise;
  return `${runbook} of ${env}, ${incident}: ${ending}`;
};

/** Key of an exercise's expectations: without ': recovered'. */
const expectationName = (name: string): string => name.replace(/: recovered$/, '');

/** The keys of the expectations that belong to an exercise, by its name: its own, and those of its runbook. */
export const expectationNames = (name: string): readonly string[] => {
  const own = expectationName(name);
  const [runbook = '', rest = ''] = own.split(' of ');
  return [own, `${runbook} of ${rest.split(',')[0]}`, runbook];
};

/** Names an exercise of a table. */
export const named = (exercise: Exercise): NamedExercise => {
  const name = exerciseName(exercise);
  if ('check' in exercise) {
    const { check: env, incident, sets } = exercise;
    return { name, env, carryOut: (exercises) => exercises.check(env, incident, sets) };
  }
  const { env } = exercise;
  if ('opens' in exercise)
    return { name, env, runbook: exercise.opens, carryOut: (exercises) => exercises.console(exercise) };
  if ('view' in exercise) {
    const { view, incident } = exercise;
    return { name, env, view, carryOut: (exercises) => exercises.view(env, view, incident) };
  }
  return { name, env, runbook: exercise.runbook, carryOut: (exercises) => exercises.run(exercise) };
};

/** True if only a part of the exercises is carried out, so that nothing can be said of all rows. */
export const isSampled = process.env.COVERAGE_SAMPLE !== undefined;

/**
 * The exercises of the part that `COVERAGE_SAMPLE` names; without it all of them. `times`: so many times as large a part, for a
 * system with few.
 */
export const sampled = (exercises: readonly NamedExercise[], times = 1): readonly NamedExercise[] => {
  const { every, from } = coveragePart(process.env.COVERAGE_SAMPLE);
  const part = { every: Math.ceil(every / times), from: from % Math.ceil(every / times) };
  return exercises.filter((_, index) => isInPart(part, index));
};
