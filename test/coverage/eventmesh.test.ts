import { afterAll, describe, expect, test } from 'vitest';
import { eventmeshBuild } from './cases/eventmesh-build.ts';
import { eventmeshHosts } from './cases/eventmesh-hosts.ts';
import { eventmeshRecovery } from './cases/eventmesh-hosts-recovery.ts';
import { openExercises } from './support/exercises.ts';
import { carryOut, exerciseName } from './support/table.ts';

/** What one may take: a fifth of it where nothing else runs. */
const timeout = 180_000;

const exercises = await openExercises('eventmesh');
afterAll(() => exercises[Symbol.asyncDispose]());

describe('healthy', () => {
  test('check reads everything', { timeout }, async ({ expect }) => {
    expect((await exercises.check('eventmesh/production')).faults).toEqual([]);
  });
});

describe('on the hosts', () => {
  test.each([...eventmeshHosts, ...eventmeshRecovery])(
    '$incident: $runbook',
    { timeout },
    async (exercise) => {
      await exercises.run(exercise);
    },
  );
});

describe('in the checkout', () => {
  test.each(eventmeshBuild.map((one) => [exerciseName(one), one] as const))(
    '%s',
    { timeout },
    (_, exercise) => carryOut(exercises, exercise),
  );
});

test('no row that was covered is lost', async () => {
  expect(await exercises.lost()).toEqual([]);
});
