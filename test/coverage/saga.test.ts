import { afterAll, describe, expect, test } from 'vitest';
import { openExercises } from './support/exercises.ts';

/** What one may take: a fifth of it where nothing else runs. */
const timeout = 180_000;

const exercises = await openExercises('saga');
afterAll(() => exercises[Symbol.asyncDispose]());

describe('healthy', () => {
  test.concurrent('check reads everything', { timeout }, async ({ expect }) => {
    expect((await exercises.check('saga/production')).faults).toEqual([]);
  });
});

test('no row that was covered is lost', async () => {
  expect(await exercises.lost()).toEqual([]);
});
