import { expect, test } from 'vitest';
import { tryLies } from './attempts.ts';
import { exercises, nameOf } from './exercises.ts';
import { kindOfLie, type LieName, lies } from './lies.ts';
import { actsOf } from './saboteur.ts';
import { foolingSamples } from './survivors.ts';

/** One exercise per lie: the cheapest for which it is possible. `npm run sabotage` tries all. */
const samples: readonly (readonly [lie: LieName, exercise: string])[] = [
  ['vanish', 'roll-back-catalog of demo/production, high-error-rate'],
  ['stand-in', 'roll-back-catalog of demo/production, high-error-rate'],
  ['muted/silence', 'roll-back-catalog of demo/production, high-error-rate'],
  ['restart', 'stop-batch of demo/production, sla'],
  ['clock/+30s', 'deploy-dry-run of eventmesh/staging'],
  ['blind/denied', 'roll-back-catalog of demo/production, high-error-rate'],
  ['moved', 'roll-back-catalog of demo/production, high-error-rate'],
];

test('every kind of lie has a sample', () => {
  const kinds = new Set(lies.map(({ name }) => kindOfLie(name)));
  expect(new Set(samples.map(([lie]) => kindOfLie(lie)))).toEqual(kinds);
});

test.each(samples)('%s: %s', async (lie, name) => {
  const exercise = exercises.find((one) => nameOf(one) === name);
  if (exercise === undefined) throw new Error(`no exercise is called ${name}`);
  const { steps } = await actsOf(exercise);
  const [attempt] = await tryLies(exercise, steps, [lie]);
  const expected = foolingSamples.includes(`${lie}: ${name}`) ? 'survived' : 'noticed';
  expect(attempt, attempt?.outcome).toMatchObject({ result: expected });
});
