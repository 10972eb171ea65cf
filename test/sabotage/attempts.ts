import type { RunExercise } from '../coverage/support/exercises.ts';
import { exceptionOf } from './exceptions.ts';
import { nameOf, onlyReads, systemOf } from './exercises.ts';
import { mistakesIn } from './inputs.ts';
import {
  type ActedStep,
  actsOf,
  canBeUndone,
  hasSibling,
  mistaken,
  type Outcome,
  type Sabotage,
  sabotaged,
  sabotages,
} from './saboteur.ts';

/**
 * One sabotage of one step, and its result. `noticed`: the run did not recover. `survived`: it did, which is a false RECOVERED.
 * `excepted`: it did, and a reason is written why that is right. `impossible`: the sabotage cannot be done to this act.
 */
export interface Attempt {
  readonly system: string;
  readonly exercise: string;
  readonly step: string;
  readonly sabotage: Sabotage | 'input';
  readonly result: 'noticed' | 'survived' | 'excepted' | 'impossible';
  /** The ending of the run, and why. */
  readonly said: string;
}

const attemptOf = (
  exercise: RunExercise,
  step: string,
  sabotage: Attempt['sabotage'],
  { ending, why, calls }: Pick<Outcome, 'ending' | 'why' | 'calls'>,
): Attempt => {
  const place = { system: systemOf(exercise), exercise: nameOf(exercise), step, sabotage };
  const said = `${ending}: ${why}`;
  // An act that is undone is undone whether or not one of its calls could be led aside.
  if (calls === 0) return { ...place, result: 'impossible', said };
  if (ending !== 'recovered') return { ...place, result: 'noticed', said };
  const reason = exceptionOf(exercise, step, sabotage);
  return { ...place, result: reason === undefined ? 'survived' : 'excepted', said: reason ?? said };
};

/** The sabotages of one step. */
export const tryStep = async (
  exercise: RunExercise,
  step: ActedStep,
  kinds: readonly Sabotage[] = sabotages,
): Promise<readonly Attempt[]> => {
  const attempts: Attempt[] = [];
  let hasHalves = true;
  for (const kind of kinds) {
    const isPossible = (kind !== 'sibling' || hasSibling(exercise, step)) && (kind !== 'half' || hasHalves);
    if (!isPossible) {
      attempts.push(attemptOf(exercise, step.id, kind, { ending: 'failed', why: 'not tried', calls: 0 }));
      continue;
    }
    const outcome = await sabotaged(exercise, step, kind);
    if (kind === 'nothing') hasHalves = outcome.hasHalves;
    const isReal = kind !== 'undone' || outcome.ending === 'recovered' || (await canBeUndone(exercise, step));
    attempts.push(attemptOf(exercise, step.id, kind, isReal ? outcome : { ...outcome, calls: 0 }));
  }
  return attempts;
};

/** What can be tried of an exercise: the sabotages of its acts, and wrong input. */
export const allKinds = [...sabotages, 'input'] as const;

/** Every sabotage of every act step of an exercise, and its wrong inputs. Throws for an exercise that does not recover by itself. */
export const tryAll = async (
  exercise: RunExercise,
  kinds: readonly Attempt['sabotage'][] = allKinds,
): Promise<readonly Attempt[]> => {
  const { steps, end } = await actsOf(exercise);
  if (end.ending !== 'recovered') throw new Error(`${nameOf(exercise)} ends ${end.ending}: ${end.why}`);
  const attempts: Attempt[] = [];
  const ofActs = sabotages.filter((kind) => kinds.includes(kind));
  for (const step of steps.filter(({ id }) => !onlyReads(exercise, id)))
    attempts.push(...(await tryStep(exercise, step, ofActs)));
  if (!kinds.includes('input')) return attempts;
  for (const { what, exercise: wrong } of await mistakesIn(exercise))
    attempts.push(attemptOf(wrong, what, 'input', { ...(await mistaken(wrong)), calls: 1 }));
  return attempts;
};
