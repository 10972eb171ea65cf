import { afterAll, expect, test } from 'vitest';
import { eventBusExpected } from './expected/event-bus.ts';
import { eventBus } from './suites/event-bus.ts';
import { openExercises } from './support/exercises.ts';
import { expectationName } from './support/table.ts';

/** Timeout per exercise, in ms: five times its duration on an idle machine. */
const timeout = 180_000;

const exercises = await openExercises('event-bus', { expected: eventBusExpected });
afterAll(() => exercises[Symbol.asyncDispose]());

test.each(eventBus.map((namedExercise) => [namedExercise.name, namedExercise] as const))(
  '%s',
  { timeout },
  async (_, exercise) => {
    await exercise.carryOut(exercises);
  },
);

test('every expectation belongs to an exercise', () => {
  const names = new Set(eventBus.map(({ name }) => expectationName(name)));
  expect(Object.keys(eventBusExpected).filter((name) => !names.has(name))).toEqual([]);
});

test('all previously covered rows are still covered', async () => {
  expect(await exercises.lost()).toEqual([]);
});
