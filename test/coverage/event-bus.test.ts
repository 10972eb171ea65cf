import { afterAll, expect, test } from 'vitest';
import { eventBusExpected } from './expected/event-bus.ts';
import { eventBus } from './suites/event-bus.ts';
import { openExercises } from './support/exercises.ts';
import { hiddenRows } from './support/shown-rows.ts';
import { expectationNames, isSampled, sampled } from './support/table.ts';

/** Processor time of one exercise. */
const meta = { cpuLimitMs: 180_000 };

const exercises = await openExercises('event-bus', { expected: eventBusExpected });
afterAll(() => exercises[Symbol.asyncDispose]());

test.each(sampled(eventBus, 4).map((namedExercise) => [namedExercise.name, namedExercise] as const))(
  '%s',
  { meta },
  async (_, exercise) => {
    await exercise.carryOut(exercises);
  },
);

test('every expectation belongs to an exercise', () => {
  const names = new Set(eventBus.flatMap(({ name }) => expectationNames(name)));
  expect(Object.keys(eventBusExpected).filter((name) => !names.has(name))).toEqual([]);
});

test('every severity, escalation level, contact and link is shown by its list', { meta }, async () => {
  expect(await hiddenRows('event-bus/production')).toEqual([]);
});

test.skipIf(isSampled)('all previously covered rows are still covered', async () => {
  expect(await exercises.lost()).toEqual([]);
});
