import { afterAll, describe, expect, test } from 'vitest';
import { eventmeshHosts } from './cases/eventmesh-hosts.ts';
import { eventmeshRecovery } from './cases/eventmesh-hosts-recovery.ts';
import { openExercises } from './support/exercises.ts';

/** What one may take: a fifth of it where nothing else runs. */
const timeout = 180_000;

const exercises = await openExercises('eventmesh');
afterAll(() => exercises[Symbol.asyncDispose]());

describe('healthy', () => {
  test.concurrent('check reads everything', { timeout }, async ({ expect }) => {
    expect((await exercises.check('eventmesh/production')).faults).toEqual([]);
  });
});

describe('on the hosts', () => {
  test.concurrent.each([...eventmeshHosts, ...eventmeshRecovery])(
    '$incident: $runbook',
    { timeout },
    async (exercise) => {
      await exercises.run(exercise);
    },
  );
});

test('no row that was covered is lost', async () => {
  expect(await exercises.lost()).toEqual([]);
});
