import { testFileKey } from '../../test/support/mutants/plan.ts';
import { digestOf, type LayerFate } from './fates.ts';
import type { LayerChoice } from './layers.ts';
import { type Candidate, secondsOf, stagesOf } from './order.ts';
import { type Outcome, startVitest } from './start.ts';

/** CPU seconds that a process of the test runner takes before its first test. */
const startSeconds = 15;

/** Runs only these tests of a layer, with some sources replaced, until the first fails. */
export const runTests = (
  layer: LayerChoice,
  tests: readonly Candidate[],
  sources: Readonly<Record<string, string>>,
  bail = true,
): Promise<Outcome> => {
  const files = new Map(tests.map(({ project, file }) => [testFileKey(project, file), { project, file }]));
  const names: Record<string, string[]> = Object.fromEntries([...files.keys()].map((key) => [key, []]));
  for (const { project, file, name } of tests) names[testFileKey(project, file)]?.push(name);
  const limit = startSeconds + 3 * secondsOf(tests);
  return startVitest({ layer, files: [...files.values()], plan: { sources, tests: names }, bail, limit });
};

/**
 * Tries one mutant on the tests of one layer that reach it, in starts of growing size, until one fails or `most` CPU seconds of tests
 * are left out. A start that ends without a failed test, as by its limit, is a kill if the same tests pass without the mutant.
 */
export const tryMutant = async (
  layer: LayerChoice,
  candidates: readonly Candidate[],
  source: { readonly file: string; readonly text: string },
  most: number,
): Promise<LayerFate> => {
  const { stages, left } = stagesOf(candidates, most);
  const fate = { reaching: candidates.length, left, most, digest: digestOf(candidates) };
  let starts = 0;
  let cpuSeconds = 0;
  for (const tests of stages) {
    const outcome = await runTests(layer, tests, { [source.file]: source.text });
    starts += 1;
    cpuSeconds += outcome.cpuSeconds;
    const [by] = outcome.failed;
    if (by !== undefined) return { ...fate, killed: true, by, starts, cpuSeconds };
    if (outcome.ended === undefined) continue;
    const unmutated = await runTests(layer, tests, {});
    cpuSeconds += unmutated.cpuSeconds;
    if (unmutated.ended === undefined)
      return { ...fate, killed: true, ended: outcome.ended, starts, cpuSeconds };
  }
  return { ...fate, killed: false, starts, cpuSeconds };
};
