import type { Level } from '../../../src/domain/facts/level.ts';
import { type ExerciseOptions, openExercises } from '../support/exercises.ts';
import type { NamedExercise } from '../support/table.ts';
import { nameOf, runbookText } from './entries.ts';
import type { Mutation } from './mutations.ts';
import { type Documents, writeCopy } from './profile-copy.ts';

/**
 * The result of a mutation. `killed`: an exercise failed. `survived`: all passed. `untried`: no exercise covers the entry, or
 * the changed profile was rejected.
 */
export type Fate = 'killed' | 'survived' | 'untried';

/** The exercises of a system that pass on its shipped profile. */
export interface Trial {
  readonly system: string;
  readonly documents: Documents;
  readonly exercises: readonly NamedExercise[];
  readonly expected: NonNullable<ExerciseOptions['expected']>;
}

/** Maximum number of exercises per signal, in addition to the checks. */
const mostRuns = 2;

const mentions = (text: string, id: string): boolean => {
  const plain = id.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\w.-])${plain}(?![\\w.-])`).test(text);
};

/** The checks with an expectation for a signal; first those in which its limits are crossed. */
const checksOf = (id: string, { exercises, expected }: Trial): readonly NamedExercise[] => {
  const levelIn = ({ name }: NamedExercise): Level | undefined => expected[name]?.signals?.[id]?.level;
  const naming = exercises.filter((exercise) => levelIn(exercise) !== undefined);
  return [
    ...naming.filter((exercise) => levelIn(exercise) !== 'ok'),
    ...naming.filter((exercise) => levelIn(exercise) === 'ok'),
  ];
};

/** The exercises that cover an entry: those of its runbook or view; for a signal the checks, and runbooks that mention it. */
const about = ({ claim: { entry } }: Mutation, trial: Trial): readonly NamedExercise[] => {
  const { exercises, documents } = trial;
  if ('runbook' in entry) return exercises.filter(({ runbook }) => runbook === entry.runbook);
  if (entry.section === 'view') return exercises.filter(({ view }) => view === entry.id);
  const runs = exercises.filter(
    ({ runbook }) => runbook !== undefined && mentions(runbookText(documents, runbook), entry.id),
  );
  return [...checksOf(entry.id, trial), ...runs.slice(0, mostRuns)];
};

/** Runs one exercise on a profile; returns true if it passes, otherwise the error. */
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

/** Runs the exercises that cover the entry of a mutation, until one fails. */
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
    // Other errors prove nothing: the profile was rejected, or the simulation was aborted.
    else if (passed.name === 'AssertionError') return 'killed';
    else if (process.env.OPSDECK_MUTATION_TRACE !== undefined)
      process.stderr.write(`${nameOf(mutation.claim.entry)} ${mutation.how}: ${passed.message}\n`);
  }
  return fate;
};
