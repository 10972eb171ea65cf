import { afterAll, expect, test } from 'vitest';
import { sagaExpected } from './expected/saga.ts';
import { saga } from './suites/saga.ts';
import { openExercises } from './support/exercises.ts';
import { expectationName } from './support/table.ts';

/** Timeout per exercise, in ms: five times its duration on an idle machine. */
const timeout = 180_000;

const exercises = await openExercises('saga', { expected: sagaExpected });
afterAll(() => exercises[Symbol.asyncDispose]());

test.each(saga.map((namedExercise) => [namedExercise.name, namedExercise] as const))(
  '%s',
  { timeout },
  async (_, exercise) => {
    await exercise.carryOut(exercises);
  },
);

test('every expectation belongs to an exercise', () => {
  const names = new Set(saga.map(({ name }) => expectationName(name)));
  expect(Object.keys(sagaExpected).filter((name) => !names.has(name))).toEqual([]);
});

test('all previously covered rows are still covered', async () => {
  expect(await exercises.lost()).toEqual([]);
});
