import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Operator } from './operators.ts';
import type { Candidate } from './order.ts';
import type { Population } from './population.ts';
import { cacheOf } from './records.ts';
import type { FailedTest } from './start.ts';

/** The result of trying one mutant on one layer. */
export interface LayerFate {
  readonly killed: boolean;
  /** The test that failed, or the file that did not load. */
  readonly by?: FailedTest;
  /** The end of the test runner without a failed test: by its limit of CPU time, by a crash. */
  readonly ended?: string;
  /** Tests that reach the mutant; `left`: those that were not run, because they take too long. */
  readonly reaching: number;
  readonly left: number;
  /** CPU seconds of tests that it was allowed. */
  readonly most: number;
  readonly starts: number;
  readonly cpuSeconds: number;
  /** The tests that reach the mutant, so that a change of them is noticed. */
  readonly digest: string;
}

/** One mutant and its fate on each layer that it was tried on. */
export interface MutantFate {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly operator: Operator;
  readonly diff: readonly [before: string, after: string];
  readonly layers: Readonly<Record<string, LayerFate>>;
}

/** All fates for one state of the sources, by the number of the mutant. */
export interface Fates {
  readonly mutants: Readonly<Record<string, MutantFate>>;
  /** Tests that also fail alone without a mutant: they kill nothing. */
  readonly untrusted: readonly string[];
}

/** Names a test among the untrusted ones. */
export const testId = (file: string, name: string): string => `${file} > ${name}`;

const pathOf = (population: Population): string => join(cacheOf(population), 'fates.json');

/** Reads the fates of an earlier run on the same sources. */
export const readFates = async (population: Population): Promise<Fates> => {
  const text = await readFile(pathOf(population), 'utf8').catch(() => undefined);
  return text === undefined ? { mutants: {}, untrusted: [] } : JSON.parse(text);
};

/** Writes a file completely or not at all. */
export const writeJson = async (path: string, value: unknown): Promise<void> => {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.part`, `${JSON.stringify(value, undefined, 2)}\n`);
  await rename(`${path}.part`, path);
};

/** Keeps the fates for the next run. */
export const keepFates = (population: Population, fates: Fates): Promise<void> =>
  writeJson(pathOf(population), fates);

/** Identifies a set of tests. */
export const digestOf = (candidates: readonly Candidate[]): string =>
  createHash('sha256')
    .update(
      candidates
        .map(({ file, name }) => testId(file, name))
        .toSorted()
        .join('\n'),
    )
    .digest('hex')
    .slice(0, 16);

/**
 * Whether a fate of an earlier run still holds: the test that killed it is still in this layer, or the same tests reach it.
 * A mutant that survived only because tests were left out is tried again with more time.
 */
export const stillHolds = (fate: LayerFate, candidates: readonly Candidate[], most: number): boolean => {
  const { by } = fate;
  if (fate.killed && by?.name !== undefined)
    return candidates.some(({ file, name }) => file === by.file && name === by.name);
  return fate.digest === digestOf(candidates) && (fate.killed || fate.left === 0 || fate.most >= most);
};
