import { expect, test } from 'vitest';
import type { RunExercise } from '../coverage/support/exercises.ts';
import { tryStep } from './attempts.ts';
import { changesSomething, exercises, nameOf, onlyReads, systemOf } from './exercises.ts';
import { type ActedStep, actsOf } from './saboteur.ts';

const acting = exercises.filter(changesSomething);

/** The last exercise of each system and one in twenty of all: a sample of `npm run sabotage`. */
const isSampled = (runExercise: RunExercise, index: number): boolean => {
  const next = acting[index + 1];
  return index % 20 === 0 || next === undefined || systemOf(next) !== systemOf(runExercise);
};

interface Acted {
  readonly exercise: RunExercise;
  readonly step: ActedStep;
}

/** The first exercise from this one back with a step that changes something: a request may only read, whatever its runbook says. */
const actedFrom = async (index: number): Promise<Acted> => {
  const exercise = acting[index];
  if (exercise === undefined) throw new Error('no exercise has an act step that changes something');
  const { steps } = await actsOf(exercise);
  const step = steps.find(({ id }) => !onlyReads(exercise, id));
  return step === undefined ? actedFrom(index - 1) : { exercise, step };
};

const sampled = acting.flatMap((exercise, index) =>
  isSampled(exercise, index) ? [[nameOf(exercise), index] as const] : [],
);

test.each(sampled)(
  '%s, or the one before it: an action that is acknowledged but not executed is not recovered',
  async (_, index) => {
    const { exercise, step } = await actedFrom(index);
    const attempts = await tryStep(exercise, step, ['nothing', 'undone']);
    expect(attempts.filter(({ result }) => result === 'survived')).toEqual([]);
  },
);
