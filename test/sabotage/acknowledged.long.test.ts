import { expect, test } from 'vitest';
import { tryStep } from './attempts.ts';
import { changesSomething, exercises, nameOf, onlyReads } from './exercises.ts';
import { actsOf } from './saboteur.ts';

/** The exercises that take least time; `sample.long.test.ts` has some of every system, `npm run sabotage` all. */
const sample: readonly string[] = ['deploy-dry-run of eventmesh/staging'];

const sampled = exercises.filter(changesSomething).filter((exercise) => sample.includes(nameOf(exercise)));

test('every sampled exercise exists', () => expect(sampled).toHaveLength(sample.length));

test.each(sampled.map((exercise) => [nameOf(exercise), exercise] as const))(
  '%s: an action that is acknowledged but not executed is not recovered',
  async (_, exercise) => {
    const { steps } = await actsOf(exercise);
    const step = steps.find(({ id }) => !onlyReads(exercise, id));
    if (step === undefined) throw new Error('the exercise has no act step that changes something');
    const attempts = await tryStep(exercise, step, ['nothing']);
    expect(attempts.map(({ result }) => result)).toEqual(['noticed']);
  },
);
