import { expect, test } from 'vitest';
import type { RunExercise } from '../coverage/support/exercises.ts';
import { tryStep } from './attempts.ts';
import { changesSomething, exercises, nameOf, onlyReads, systemOf } from './exercises.ts';
import { actsOf } from './saboteur.ts';

const acting = exercises.filter(changesSomething);

/** The last exercise of each system and one in twenty of all: a sample of `npm run sabotage` for the unit tests. */
const isSampled = (runExercise: RunExercise, index: number): boolean => {
  const next = acting[index + 1];
  return index % 20 === 0 || next === undefined || systemOf(next) !== systemOf(runExercise);
};

test.each(acting.filter(isSampled).map((runExercise) => [nameOf(runExercise), runExercise] as const))(
  '%s: an action that is acknowledged but not executed is not recovered',
  // Two runs in simulated time: it is work, not waiting, that takes real time.

  async (_, exercise) => {
    const { steps } = await actsOf(exercise);
    const step = steps.find(({ id }) => !onlyReads(exercise, id));
    if (step === undefined) throw new Error('the exercise has no act step that changes something');
    const attempts = await tryStep(exercise, step, ['nothing', 'undone']);
    expect(attempts.filter(({ result }) => result === 'survived')).toEqual([]);
  },
);
