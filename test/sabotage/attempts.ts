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
 * One sabotage of one step, and its result. `noticed`: the run did not recover. `survived`: it did, a false RECOVERED.
 * `excepted`: it did, for a documented reason. `impossible`: the sabotage cannot be applied to this action.
 */
export interface Attempt {
  readonly system: string;
  readonly exercise: string;
  readonly step: string;
  readonly sabotage: Sabotage | 'input';
  readonly result: 'noticed' | 'survived' | 'excepted' | 'impossible';
  /** The ending of the run and its reason. */
  readonly outcome: string;
}

const attemptOf = (
  exercise: RunExercise,
  step: string,
  sabotage: Attempt['sabotage'],
  { ending, why, calls }: Pick<Outcome, 'ending' | 'why' | 'calls'>,
): Attempt => {
  const place = { system: systemOf(exercise), exercise: nameOf(exercise), step, sabotage };
  const summary = `${ending}: ${why}`;
  // `undone` works even if no call of the action could be diverted.
  if (calls === 0) return { ...place, result: 'impossible', outcome: summary };
  if (ending !== 'recovered') return { ...place, result: 'noticed', outcome: summary };
  const reason = exceptionOf(exercise, step, sabotage);
  return { ...place, result: reason === undefined ? 'survived' : 'excepted', outcome: reason ?? summary };
};

/** Tries the sabotages of one step. */
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

/** All kinds of attempts: sabotages of actions, and wrong input. */
export const allKinds = [...sabotages, 'input'] as const;

/** Tries all sabotages of all action steps, and wrong inputs. Throws if the exercise does not recover without sabotage. */
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
