import { afterAll, describe, expect, test } from 'vitest';
import { openSimulation } from '../simulation/simulation.ts';
import { eventmeshBuild } from './cases/eventmesh-build.ts';
import { eventmeshHosts } from './cases/eventmesh-hosts.ts';
import { eventmeshRecovery } from './cases/eventmesh-hosts-recovery.ts';
import { openExercises } from './support/exercises.ts';
import { openRelease, releaseParams } from './support/release.ts';
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

describe('a release', () => {
  test('S4-P3, S4-R53: a version goes from staging to production, on every host, with the name of its approver', {
    timeout,
  }, async () => {
    await using simulation = openSimulation();
    const { toStaging, toProduction } = await openRelease(simulation, exercises.touched);
    expect((await toStaging()).at(-1)).toMatchObject({ ending: 'recovered' });
    const events = await toProduction();
    const last = events.at(-1);
    expect(last, JSON.stringify(last)).toMatchObject({ ending: 'recovered' });
    expect(JSON.stringify(events)).toContain(releaseParams.approver);
    const before = JSON.stringify(events.find(({ event }) => event === 'before'));
    for (const step of ['v-installed-1', 'v-installed-2', 'v-units', 'v-backup'])
      expect(before).toContain(step);
  });

  test('S4-R53: without the name of an approver nothing is planned', { timeout }, async () => {
    await using simulation = openSimulation();
    const { toProduction } = await openRelease(simulation, exercises.touched);
    const { approver: _, ...unsigned } = releaseParams;
    await expect(toProduction(unsigned)).rejects.toThrow(/approver/);
  });
});

test('no row that was covered is lost', async () => {
  expect(await exercises.lost()).toEqual([]);
});
