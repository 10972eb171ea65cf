import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { provenEntries, readMutations, type Tried } from '../../../scripts/coverage/mutated.ts';
import { readTouches } from '../../../scripts/coverage/touches.ts';
import type { Expectations } from '../support/expectations.ts';
import type { NamedExercise } from '../support/table.ts';
import { claimsOf, nameOf } from './entries.ts';
import { type Mutation, mutationsOf } from './mutations.ts';
import { readDocuments, writeCopy } from './profile-copy.ts';
import { passes, type Trial, tryMutation } from './try-mutation.ts';

/** How many proven entries of each system are tried with every run of the tests. */
const sampled = 6;
const longest = 3_600_000;

/** Every n-th, so that `most` are left: the same ones every time. */
const sampleOf = <T>(all: readonly T[], most: number): readonly T[] => {
  const step = Math.max(1, all.length / most);
  return all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step)).slice(0, most);
};

const triedOf = async (mutation: Mutation, trial: Trial): Promise<Tried> => {
  const fate = await tryMutation(mutation, trial);
  return { entry: nameOf(mutation.claim.entry), how: mutation.how, fate };
};

/** Carries out every exercise on an unchanged copy: those that pass. Their traces are kept in `traces`. */
const passing = async (
  exercises: readonly NamedExercise[],
  trial: Omit<Trial, 'exercises'>,
  traces: string,
): Promise<readonly NamedExercise[]> => {
  await using copy = await writeCopy(trial.system, trial.documents);
  const good: NamedExercise[] = [];
  for (const exercise of exercises) {
    const { expected } = trial;
    const passed = await passes(exercise, trial.system, { expected, profiles: copy.dir, tracesIn: traces });
    if (passed === true) good.push(exercise);
    else
      process.stderr.write(
        `left out, it fails without a mutation: ${exercise.name}: ${passed.message.slice(0, 200)}\n`,
      );
  }
  return good;
};

/** Tries the mutations of everything that was executed, and writes down what became of them. */
const tryAll = async (
  system: string,
  exercises: readonly NamedExercise[],
  expected: Expectations,
  { dir, most }: { readonly dir: string; readonly most: number },
): Promise<readonly Tried[]> => {
  const documents = await readDocuments(system);
  const traces = join(dir, system);
  await mkdir(traces, { recursive: true });
  const trial: Trial = {
    system,
    documents,
    expected,
    exercises: await passing(exercises, { system, documents, expected }, traces),
  };
  const executed = new Set((await readTouches(traces)).map(({ by }) => by));
  const mutations = claimsOf(documents)
    .filter(({ entry }) => executed.has(nameOf(entry)))
    .flatMap(mutationsOf);
  const tried: Tried[] = [];
  for (const mutation of sampleOf(mutations, most)) {
    tried.push(await triedOf(mutation, trial));
    if (tried.length % 50 === 0) process.stderr.write(`${system}: ${tried.length} of ${mutations.length}\n`);
  }
  await writeFile(join(dir, `${system}.json`), JSON.stringify({ tried }));
  return tried;
};

/** Of the entries that are known to have an effect, a few: an exercise must still notice their mutations. */
const trySample = async (system: string, exercises: readonly NamedExercise[], expected: Expectations) => {
  const documents = await readDocuments(system);
  const proven = new Set((await readMutations())[system]?.proven);
  const claims = claimsOf(documents).filter(({ entry }) => proven.has(nameOf(entry)));
  const trial: Trial = { system, documents, exercises, expected };
  const tried: Tried[] = [];
  for (const mutation of sampleOf(claims, sampled).flatMap(mutationsOf))
    tried.push(await triedOf(mutation, trial));
  expect(tried.filter(({ fate }) => fate === 'survived')).toEqual([]);
  expect(provenEntries(tried)).toHaveLength(Math.min(sampled, claims.length));
};

/** The test of a system's mutations: a sample, or all of them into the directory that `OPSDECK_MUTATE` names. */
export const mutationTest = (
  system: string,
  exercises: readonly NamedExercise[],
  expected: Expectations,
): void => {
  const { OPSDECK_MUTATE: dir, OPSDECK_MUTATE_SAMPLE: sample = '' } = process.env;
  test(`what an entry of ${system} does is noticed when it is taken away`, { timeout: longest }, async () => {
    if (dir === undefined) return await trySample(system, exercises, expected);
    const most = sample === '' ? Number.POSITIVE_INFINITY : Number(sample);
    expect(await tryAll(system, exercises, expected, { dir, most })).not.toEqual([]);
  });
};
