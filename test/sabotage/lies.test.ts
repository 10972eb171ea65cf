import { expect, test } from 'vitest';
import type { RunExercise } from '../coverage/support/exercises.ts';
import { sampled } from '../support/layer.ts';
import { tryLies } from './attempts.ts';
import { exercises, nameOf } from './exercises.ts';
import { goesOn } from './goes-on.ts';
import { kindOfLie, type LieName, lies } from './lies.ts';
import { actsOf } from './saboteur.ts';
import { foolingSamples } from './survivors.ts';

const rollBack = 'roll-back-catalog of demo/production, high-error-rate';

/** One exercise per lie: the cheapest for which it is possible. `npm run sabotage` tries all. */
const samples: readonly (readonly [lie: LieName, exercise: string])[] = [
  ['vanish', rollBack],
  ['stand-in', rollBack],
  ['muted/silence', rollBack],
  ['restart', rollBack],
  ['blind/denied', rollBack],
  ['moved', rollBack],
  ['clock/+30s', 'deploy-dry-run of eventmesh/staging'],
];

/** The sample of `npm test`: its exercise has one step, without a rollout. The model of proofs plays all lies there. */
const cheapest: LieName = 'clock/+30s';

test('every incident that goes on after a verified step is that of an exercise', () => {
  const known = new Set(exercises.map(({ env, incident, runbook }) => `${env} ${incident} ${runbook}`));
  const listed = goesOn.flatMap(({ env, incident, runbooks }) =>
    runbooks.map((runbook) => `${env} ${incident} ${runbook}`),
  );
  expect(listed.filter((name) => !known.has(name))).toEqual([]);
  expect(new Set(listed).size).toBe(listed.length);
});

/** The steps of an exercise, from one run for all lies. */
const acts = new Map<string, ReturnType<typeof actsOf>>();
const stepsOf = async (exercise: RunExercise) => {
  const name = nameOf(exercise);
  const ran = acts.get(name) ?? actsOf(exercise);
  acts.set(name, ran);
  return (await ran).steps;
};

test('every kind of lie has a sample', () => {
  const kinds = new Set(lies.map(({ name }) => kindOfLie(name)));
  expect(new Set(samples.map(([lie]) => kindOfLie(lie)))).toEqual(kinds);
});

test.each(sampled(samples, ([lie]) => lie === cheapest))('%s: %s', async (lie, name) => {
  const exercise = exercises.find((candidate) => nameOf(candidate) === name);
  if (exercise === undefined) throw new Error(`no exercise is called ${name}`);
  const [attempt] = await tryLies(exercise, await stepsOf(exercise), [lie]);
  const expected = foolingSamples.includes(`${lie}: ${name}`) ? 'survived' : 'noticed';
  expect(attempt, attempt?.outcome).toMatchObject({ result: expected });
});
