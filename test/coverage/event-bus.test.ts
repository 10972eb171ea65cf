import { afterAll, describe, expect, test } from 'vitest';
import { eventBusIncidents } from './cases/event-bus-incidents.ts';
import { eventBusProcedures } from './cases/event-bus-procedures.ts';
import { openExercises } from './support/exercises.ts';

/** What one may take: a fifth of it where nothing else runs. */
const timeout = 180_000;

const exercises = await openExercises('event-bus');
afterAll(() => exercises[Symbol.asyncDispose]());

describe('healthy', () => {
  test('check reads everything', { timeout }, async ({ expect }) => {
    expect((await exercises.check('event-bus/production')).faults).toEqual([]);
  });
});

describe('an incident', () => {
  test.each(eventBusIncidents)('$incident: $runbook', { timeout }, async (exercise) => {
    await exercises.run(exercise);
  });
});

describe('a procedure', () => {
  test.each(eventBusProcedures)('$env: $runbook', { timeout }, async (exercise) => {
    await exercises.run(exercise);
  });
});

describe('a view of logs', () => {
  test.each(['event-bus', 'access', 'error'])('%s', { timeout }, async (name) => {
    await exercises.view('event-bus/production', name, 'dependency-down');
  });
});

test('no row that was covered is lost', async () => {
  expect(await exercises.lost()).toEqual([]);
});
