import { afterAll, expect, test } from 'vitest';
import { classedRows, readCatalogue } from '../../scripts/coverage/catalogue.ts';
import { writtenIn } from '../../scripts/coverage/written.ts';
import { eventProcessingExpected } from './expected/event-processing.ts';
import { eventProcessing } from './suites/event-processing.ts';
import { openExercises } from './support/exercises.ts';
import { hiddenRows } from './support/shown-rows.ts';
import { expectationNames, isSampled, sampled } from './support/table.ts';

/** Processor time of one exercise. */
const meta = { cpuLimitMs: 180_000 };

const exercises = await openExercises('event-processing', { expected: eventProcessingExpected });
afterAll(() => exercises[Symbol.asyncDispose]());

test.each(sampled(eventProcessing).map((namedExercise) => [namedExercise.name, namedExercise] as const))(
  '%s',
  { meta },
  async (_, exercise) => {
    await exercise.carryOut(exercises);
  },
);

test('every expectation belongs to an exercise', () => {
  const names = new Set(eventProcessing.flatMap(({ name }) => expectationNames(name)));
  expect(Object.keys(eventProcessingExpected).filter((name) => !names.has(name))).toEqual([]);
});

test('every severity, escalation level, contact and link is shown by its list', { meta }, async () => {
  expect(await hiddenRows('event-processing/production')).toEqual([]);
});

test.skipIf(isSampled)('all previously covered rows are still covered', async () => {
  expect(await exercises.lost()).toEqual([]);
});

test('every row is covered', async () => {
  const [catalogue, { ids }] = await Promise.all([readCatalogue(), writtenIn('event-processing')]);
  const missing = classedRows(catalogue, 'event-processing').filter(({ id }) => !ids.has(id));
  expect(missing.map(({ id }) => id)).toEqual([]);
});
