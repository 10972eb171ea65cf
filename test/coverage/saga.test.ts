import { afterAll, expect, test } from 'vitest';
import { sagaExpected } from './expected/saga.ts';
import { saga } from './suites/saga.ts';
import { openExercises } from './support/exercises.ts';
import { hiddenRows } from './support/shown-rows.ts';
import { expectationNames, isSampled, sampled } from './support/table.ts';

/** Processor time of one exercise. */
const meta = { cpuLimitMs: 180_000 };

const exercises = await openExercises('saga', { expected: sagaExpected });
afterAll(() => exercises[Symbol.asyncDispose]());

test.each(sampled(saga, 4).map((namedExercise) => [namedExercise.name, namedExercise] as const))(
  '%s',
  { meta },
  async (_, exercise) => {
    await exercise.carryOut(exercises);
  },
);

test('every expectation belongs to an exercise', () => {
  const names = new Set(saga.flatMap(({ name }) => expectationNames(name)));
  expect(Object.keys(sagaExpected).filter((name) => !names.has(name))).toEqual([]);
});

test('every severity, escalation level, contact and link is shown by its list', { meta }, async () => {
  expect(await hiddenRows('saga/production')).toEqual([]);
});

test.skipIf(isSampled)('all previously covered rows are still covered', async () => {
  expect(await exercises.lost()).toEqual([]);
});
