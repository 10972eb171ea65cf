import { appendFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allKinds, tryAll } from './attempts.ts';
import { exercises, nameOf, systemOf } from './exercises.ts';

const { OPSDECK_SABOTAGE_SYSTEMS: systems = '', OPSDECK_SABOTAGE_RESULTS: results } = process.env;
const [part = 0, parts = 1] = (process.env.OPSDECK_SABOTAGE_PART ?? '').split('/').map(Number);
const expected = process.env.OPSDECK_SABOTAGE_KINDS?.split(',') ?? [];
const kinds = expected.length === 0 ? allKinds : expected;
const isWanted = (system: string): boolean => systems === '' || systems.split(',').includes(system);
/** One of so many exercises is tried, from this index on. */
const every = Number(process.env.OPSDECK_SABOTAGE_EVERY ?? 1);
const from = Number(process.env.OPSDECK_SABOTAGE_FROM ?? 0);
const own = exercises
  .filter((exercise) => isWanted(systemOf(exercise)))
  .filter((_, index) => index % every === from % every)
  .filter((_, index) => index % (parts || 1) === part);

/** Processor time of an exercise with all kinds of sabotage. */
const meta = { cpuLimitMs: 600_000 };

test.each(own.map((runExercise) => [nameOf(runExercise), runExercise] as const))(
  '%s',
  { meta },
  async (_, exercise) => {
    const attempts = await tryAll(exercise, kinds);
    if (results !== undefined)
      appendFileSync(results, attempts.map((attempt) => `${JSON.stringify(attempt)}\n`).join(''));
    expect(attempts.filter(({ result }) => result === 'survived')).toEqual([]);
  },
);
