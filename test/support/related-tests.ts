import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vitest/config';
import type { TestProject, Vitest } from 'vitest/node';
import { cpuTimes } from './cpu-times.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Processor time in ms of the tests that a developer waits for. */
const budgetMs = 6000;

/** Assumed for a file that has not run on this machine. */
const unknownMs = 1000;

const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);

const filesIn = (dir: string): readonly string[] =>
  readdirSync(join(root, dir), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.includes('node_modules'))
    .map((path) => join(root, dir, path));

/** What a module takes from another: what it loads, or types as well. */
type Taking = 'loaded' | 'named';

const importPatterns = {
  loaded: /^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm,
  named: /^(?:import|export) [^;]*?from '(\.[^']+)'/gm,
} as const;

const importsOf = (file: string, taking: Taking): readonly string[] => {
  const text = readFileSync(file, 'utf8');
  const named = text.matchAll(importPatterns[taking]);
  const loaded = text.matchAll(/\bimport\(\s*'(\.[^']+)'\s*\)|^import '(\.[^']+)'/gm);
  return [...named, ...loaded].map(([, path, bare]) => resolve(dirname(file), path ?? bare ?? ''));
};

/** Tests that take any of the files, directly or through others, the nearest first. */
const testsThatTake = (files: readonly string[], taking: Taking): readonly string[] => {
  const importers = new Map<string, string[]>();
  for (const file of ['src', 'test', 'scripts'].flatMap(filesIn))
    for (const path of importsOf(file, taking)) importers.set(path, [...(importers.get(path) ?? []), file]);
  const seen = new Set(files);
  // A set yields what is added while it is walked: this is a breadth-first search.
  for (const file of seen) for (const importer of importers.get(file) ?? []) seen.add(importer);
  return [...seen].filter(isTest);
};

/** Tests of `npm test` that load any of the files, the nearest first. Nothing loads a module of types: then those that name it. */
export const relatedTests = (
  files: readonly string[],
  isOfNpmTest: (path: string) => boolean,
): readonly string[] => {
  const kept = (taking: Taking): readonly string[] =>
    testsThatTake(files, taking).filter((file) => isOfNpmTest(relative(root, file).replaceAll('\\', '/')));
  const loading = kept('loaded');
  return loading.length > 0 ? loading : kept('named');
};

/** The nearest of the tests whose processor time fits the budget; at least one. */
export const withinBudget = (
  tests: readonly string[],
  cpuMsOf: (file: string) => number | undefined,
): readonly string[] => {
  let sumMs = 0;
  return tests.filter((file, index) => {
    const ms = cpuMsOf(file) ?? unknownMs;
    const isIn = index === 0 || sumMs + ms <= budgetMs;
    if (isIn) sumMs += ms;
    return isIn;
  });
};

/**
 * Whether a command line of the test runner asks for a part of the tests, related ones or those of a project: such a run is never
 * complete, however it counts its files.
 */
export const asksForPart = (argv: readonly string[]): boolean =>
  argv[2] === 'related' || argv.some((word) => /^--project(?:=|$)/.test(word));

/**
 * Replaces the selection of `vitest related FILE…`: nearly everything in a program is related to everything, and finding that
 * out takes the test runner longer than a developer waits. Runs the nearest tests instead, as many as take some seconds.
 * `isOfNpmTest`: by its path from the root, whether a project of this config has a test file.
 */
export const nearestTests = (isOfNpmTest: (path: string) => boolean): Plugin => {
  let nearest: readonly string[] | undefined;
  const select = (vitest: Vitest, related: readonly string[]): readonly string[] => {
    const all = relatedTests(related, isOfNpmTest);
    const times = cpuTimes();
    const chosen = withinBudget(all, (file) => times[relative(root, file)]);
    vitest.logger.log(`the nearest ${chosen.length} of ${all.length} related test files; npm test runs all`);
    return chosen;
  };
  return {
    name: 'opsdeck:nearest-tests',
    configureVitest: ({ vitest, project }: { vitest: Vitest; project: TestProject }) => {
      const { related } = vitest.config;
      if (related !== undefined) {
        nearest = select(vitest, related);
        Reflect.set(vitest.config, 'related', undefined);
      }
      if (nearest === undefined) return;
      const chosen = new Set(nearest);
      const glob = project.globTestFiles.bind(project);
      project.globTestFiles = async (filters) => {
        const { testFiles, typecheckTestFiles } = await glob(filters);
        return { testFiles: testFiles.filter((file) => chosen.has(file)), typecheckTestFiles };
      };
    },
  };
};
