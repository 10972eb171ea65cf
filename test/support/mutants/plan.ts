import { readFileSync } from 'node:fs';

/** Instructions of `npm run mutants` (scripts/mutants.ts) to the processes of a test run: a JSON file, named by OPSDECK_MUTANTS. */
export interface MutantPlan {
  /** Texts in place of source files, by their path from the root of the project. */
  readonly sources: Readonly<Record<string, string>>;
  /** Records which tests reach which mutants: one file per test file in this directory. */
  readonly record?: { readonly dir: string; readonly mutants: number };
  /** The only tests to run, by `testFileKey`. */
  readonly tests?: Readonly<Record<string, readonly string[]>>;
}

/** A test file in one project of a vitest config. */
export const testFileKey = (project: string, file: string): string => `${project} ${file}`;

/** A set of mutants: a bit for each, in base64. */
export type MutantBits = string;

/** A test and the mutants that it reaches. */
export interface RecordedTest {
  /** Names of its describe blocks and its own, joined by ' > '. */
  readonly name: string;
  readonly cpuMs: number;
  readonly passed: boolean;
  readonly reached: MutantBits;
}

/** The record of one test file. */
export interface RecordedFile {
  readonly project: string;
  readonly file: string;
  /** CPU time to load the file, with the modules that no earlier file loaded. */
  readonly loadMs: number;
  /** Reached while the file and its modules loaded. */
  readonly loading: MutantBits;
  /** Reached by hooks and between tests. */
  readonly around: MutantBits;
  readonly tests: readonly RecordedTest[];
}

/** The plan of this test run, if there is one. */
export const mutantPlan = ((): MutantPlan | undefined => {
  const file = process.env.OPSDECK_MUTANTS;
  return file === undefined || file === '' ? undefined : JSON.parse(readFileSync(file, 'utf8'));
})();
