import type { Level } from '../../../src/domain/level.ts';
import { type ExerciseOptions, openExercises } from '../support/exercises.ts';
import type { NamedExercise } from '../support/table.ts';
import { nameOf, runbookText } from './entries.ts';
import type { Mutation } from './mutations.ts';
import { type Documents, writeCopy } from './profile-copy.ts';

/**
 * What exercises say to a mutation. `killed`: one failed. `survived`: all passed. `untried`: no exercise is about the entry, or the
 * changed profile was refused before anything was tried.
 */
export type Fate = 'killed' | 'survived' | 'untried';

/** What is tried: a system's exercises that pass as it is shipped. */
export interface Trial {
  readonly system: string;
  readonly documents: Documents;
  readonly exercises: readonly NamedExercise[];
  readonly expected: NonNullable<ExerciseOptions['expected']>;
}

/** Exercises that a signal is tried with, beside the checks. */
const mostRuns = 2;

const mentions = (text: string, id: string): boolean => {
  const plain = id.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w.-])${plain}(?![\\w.-])`).test(text);
};

/** The checks that say what a signal must be; first those in which its limits are passed. */
const checksOf = (id: string, { exercises, expected }: Trial): readonly NamedExercise[] => {
  const levelIn = ({ name }: NamedExercise): Level | undefined => expected[name]?.signals?.[id]?.level;
  const naming = exercises.filter((exercise) => levelIn(exercise) !== undefined);
  return [
    ...naming.filter((exercise) => levelIn(exercise) !== 'ok'),
    ...naming.filter((exercise) => levelIn(exercise) === 'ok'),
  ];
};

/** The exercises that are about an entry: those of its runbook or view; of a signal the checks, and runbooks that mention it. */
const about = ({ claim: { entry } }: Mutation, trial: Trial): readonly NamedExercise[] => {
  const { exercises, documents } = trial;
  if ('runbook' in entry) return exercises.filter(({ runbook }) => runbook === entry.runbook);
  if (entry.section === 'view') return exercises.filter(({ view }) => view === entry.id);
  const runs = exercises.filter(
    ({ runbook }) => runbook !== undefined && mentions(runbookText(documents, runbook), entry.id),
  );
  return [...checksOf(entry.id, trial), ...runs.slice(0, mostRuns)];
};

/** Carries out one exercise on a profile: true when it passes, else what it failed with. */
export const passes = async (
  exercise: NamedExercise,
  system: string,
  options: ExerciseOptions,
): Promise<true | Error> => {
  await using opened = await openExercises(system, options);
  try {
    await exercise.carryOut(opened);
    return true;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
};

/** Tries a mutation on the exercises that are about its entry, until one fails. */
export const tryMutation = async (mutation: Mutation, trial: Trial): Promise<Fate> => {
  const { system, expected } = trial;
  const documents = structuredClone(trial.documents);
  mutation.apply(documents);
  await using copy = await writeCopy(system, documents);
  const options: ExerciseOptions = {
    expected,
    profiles: copy.dir,
    ...(mutation.inert === undefined ? {} : { inert: mutation.inert }),
  };
  let fate: Fate = 'untried';
  for (const exercise of about(mutation, trial)) {
    const passed = await passes(exercise, system, options);
    if (passed === true) fate = 'survived';
    // Anything else says nothing about the entry: the profile was refused, or the simulation broke off.
    else if (passed.name === 'AssertionError') return 'killed';
    else if (process.env.OPSDECK_MUTATION_TRACE !== undefined)
      process.stderr.write(`${nameOf(mutation.claim.entry)} ${mutation.how}: ${passed.message}\n`);
  }
  return fate;
};
