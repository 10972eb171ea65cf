import { afterAll, describe, expect, test } from 'vitest';
import { openSimulation } from '../simulation/simulation.ts';
import { eventmeshRelease } from './cases/eventmesh-release.ts';
import { eventmeshExpected } from './expected/eventmesh.ts';
import { eventmesh } from './suites/eventmesh.ts';
import { openExercises } from './support/exercises.ts';
import { openRelease, releaseParams } from './support/release.ts';
import { hiddenRows } from './support/shown-rows.ts';
import { expectationNames, isSampled, sampled } from './support/table.ts';

/** Processor time of one exercise. */
const meta = { cpuLimitMs: 180_000 };

const exercises = await openExercises('eventmesh', { expected: eventmeshExpected });
afterAll(() => exercises[Symbol.asyncDispose]());

test.each(sampled(eventmesh, 4).map((namedExercise) => [namedExercise.name, namedExercise] as const))(
  '%s',
  { meta },
  async (_, exercise) => {
    await exercise.carryOut(exercises);
  },
);

test('every expectation belongs to an exercise', () => {
  const names = new Set(eventmesh.flatMap(({ name }) => expectationNames(name)));
  expect(Object.keys(eventmeshExpected).filter((name) => !names.has(name))).toEqual([]);
});

describe('a release', () => {
  test('S4-P3, S4-R53: promotes a version from staging to all production hosts, with the name of its approver', {
    meta,
  }, async () => {
    await eventmeshRelease.carryOut(exercises);
  });

  test('S4-R53: plans nothing without the name of an approver', { meta }, async () => {
    await using simulation = openSimulation();
    const { toProduction } = await openRelease(simulation, exercises);
    const { approver: _, ...unsigned } = releaseParams;
    await expect(toProduction(unsigned)).rejects.toThrow(/approver/);
  });
});

test('every severity, escalation level, contact and link is shown by its list', { meta }, async () => {
  expect(await hiddenRows('eventmesh/production')).toEqual([]);
});

test.skipIf(isSampled)('all previously covered rows are still covered', async () => {
  expect(await exercises.lost()).toEqual([]);
});
