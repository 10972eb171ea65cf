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

/** The modules that a module loads; types are not loaded. */
const importsOf = (file: string): readonly string[] => {
  const text = readFileSync(file, 'utf8');
  const named = text.matchAll(/^(?:import|export) (?!type )[^;]*?from '(\.[^']+)'/gm);
  const loaded = text.matchAll(/\bimport\(\s*'(\.[^']+)'\s*\)|^import '(\.[^']+)'/gm);
  return [...named, ...loaded].map(([, path, bare]) => resolve(dirname(file), path ?? bare ?? ''));
};

/** Tests that load any of the files, directly or through others, the nearest first. */
const testsThatLoad = (files: readonly string[]): readonly string[] => {
  const importers = new Map<string, string[]>();
  for (const file of ['src', 'test', 'scripts'].flatMap(filesIn))
    for (const path of importsOf(file)) importers.set(path, [...(importers.get(path) ?? []), file]);
  const seen = new Set(files);
  // A set yields what is added while it is walked: this is a breadth-first search.
  for (const file of seen) for (const importer of importers.get(file) ?? []) seen.add(importer);
  return [...seen].filter(isTest);
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
 * Replaces the selection of `vitest related FILE…`: nearly everything in a program is related to everything, and finding that
 * out takes the test runner longer than a developer waits. Runs the nearest tests instead, as many as take some seconds.
 */
export const nearestTests = (): Plugin => {
  let nearest: readonly string[] | undefined;
  const select = (vitest: Vitest, related: readonly string[]): readonly string[] => {
    // Those of `npm test` only.
    const all = testsThatLoad(related).filter((file) => !file.includes('.long.test.'));
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
