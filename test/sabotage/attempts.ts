import type { RunExercise } from '../coverage/support/exercises.ts';
import { exceptionOf } from './exceptions.ts';
import { nameOf, onlyReads, systemOf } from './exercises.ts';
import { reasonToGoOn } from './goes-on.ts';
import { mistakesIn } from './inputs.ts';
import { kindOfLie, type LieName, lies } from './lies.ts';
import {
  type ActedStep,
  actsOf,
  canBeUndone,
  hasSibling,
  lied,
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
  /** A sabotage of the action, or the name of a lie that follows it. */
  readonly sabotage: Sabotage | 'input' | LieName;
  readonly result: 'noticed' | 'survived' | 'excepted' | 'impossible';
  /** The ending of the run and its reason. */
  readonly outcome: string;
}

/** The step of attempts that concern all actions of a run. */
const allSteps = 'all';

const isLie = (sabotage: Attempt['sabotage']): boolean => lies.some(({ name }) => name === sabotage);

const attemptOf = (
  exercise: RunExercise,
  step: string,
  sabotage: Attempt['sabotage'],
  { ending, why, calls, isAllClear = false }: Pick<Outcome, 'ending' | 'why' | 'calls'> & Partial<Outcome>,
): Attempt => {
  const place = { system: systemOf(exercise), exercise: nameOf(exercise), step, sabotage };
  const summary = `${ending}: ${why}`;
  // `undone` works even if no call of the action could be diverted.
  if (calls === 0) return { ...place, result: 'impossible', outcome: summary };
  // The problem remains after a lie: that its findings are cleared is as false as a recovery.
  const isFooled = ending === 'recovered' || (isAllClear && isLie(sabotage));
  if (!isFooled) return { ...place, result: 'noticed', outcome: summary };
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

/** All kinds of attempts: sabotages of actions, wrong input, and lies after actions that were not executed. */
export const allKinds: readonly string[] = [
  ...new Set([...sabotages, 'input', ...lies.map(({ name }) => kindOfLie(name))]),
];

/** Tries lies about an exercise whose actions are not executed. */
export const tryLies = async (
  exercise: RunExercise,
  steps: readonly ActedStep[],
  kinds: readonly string[],
): Promise<readonly Attempt[]> => {
  const attempts: Attempt[] = [];
  for (const lie of lies.filter(({ name }) => kinds.includes(name) || kinds.includes(kindOfLie(name))))
    attempts.push(attemptOf(exercise, allSteps, lie.name, await lied(exercise, steps, lie)));
  return attempts;
};

/** Tries all sabotages of all action steps, and wrong inputs. Throws if the exercise does not recover without sabotage. */
export const tryAll = async (
  exercise: RunExercise,
  kinds: readonly string[] = allKinds,
): Promise<readonly Attempt[]> => {
  const { steps, end } = await actsOf(exercise);
  if (end.ending !== 'recovered') throw new Error(`${nameOf(exercise)} ends ${end.ending}: ${end.why}`);
  const reason = reasonToGoOn(exercise);
  if (exercise.incident !== undefined && (end.goesOn === true) !== (reason !== undefined))
    throw new Error(
      `${nameOf(exercise)} ${end.goesOn === true ? 'goes on' : `is over: ${reason}`} (goes-on.ts)`,
    );
  const attempts: Attempt[] = [];
  const ofActs = sabotages.filter((kind) => kinds.includes(kind));
  const changing = steps.filter(({ id }) => !onlyReads(exercise, id));
  for (const step of changing) attempts.push(...(await tryStep(exercise, step, ofActs)));
  if (changing.length > 0) attempts.push(...(await tryLies(exercise, changing, kinds)));
  if (!kinds.includes('input')) return attempts;
  for (const { what, exercise: wrong } of await mistakesIn(exercise))
    attempts.push(attemptOf(wrong, what, 'input', { ...(await mistaken(wrong)), calls: 1 }));
  return attempts;
};
