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

/** Number of proven entries per system that each test run tries. */
const sampled = 6;
const longest = 3_600_000;

/** A deterministic sample: every n-th, at most `most`. */
const sampleOf = <T>(all: readonly T[], most: number): readonly T[] => {
  const step = Math.max(1, all.length / most);
  return all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step)).slice(0, most);
};

const triedOf = async (mutation: Mutation, trial: Trial): Promise<Tried> => {
  const fate = await tryMutation(mutation, trial);
  return { entry: nameOf(mutation.claim.entry), how: mutation.how, fate };
};

/** Runs all exercises on an unchanged copy; returns those that pass. Their traces are kept in `traces`. */
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

/** Tries the mutations of all executed entries, and writes the results. */
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

/** Tries a sample of the proven entries: an exercise must still detect their mutations. */
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

/** Defines the mutation test of a system: a sample, or all mutations with results in the directory `OPSDECK_MUTATE`. */
export const mutationTest = (
  system: string,
  exercises: readonly NamedExercise[],
  expected: Expectations,
): void => {
  const { OPSDECK_MUTATE: dir, OPSDECK_MUTATE_SAMPLE: sample = '' } = process.env;
  test(`exercises detect mutations of the profile entries of ${system}`, { timeout: longest }, async () => {
    if (dir === undefined) return await trySample(system, exercises, expected);
    const most = sample === '' ? Number.POSITIVE_INFINITY : Number(sample);
    expect(await tryAll(system, exercises, expected, { dir, most })).not.toEqual([]);
  });
};
