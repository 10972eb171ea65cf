import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import BriefReporter from './test/support/brief-reporter.ts';
import { LongestFirst } from './test/support/longest-first.ts';
import { asksForPart, nearestTests } from './test/support/related-tests.ts';
import { inProcess, longTests, testsIn } from './test/support/vitest-settings.ts';

/**
 * Files of one project share their workers, and so the modules that they load: half of the time of a run was loading them
 * again. What one file leaves in a process, as secrets to mask, stays within its project.
 */
const running = [
  'accidents',
  'chaos',
  'cli',
  'drills',
  'model',
  'sabotage',
  'screens',
  'simulation',
  'simulator',
  'suggestions',
  'ui',
];
/** Those of vitest.e2e.config.ts and vitest.real.config.ts. */
const elsewhere = ['coverage', 'e2e', 'real'];
/** Hundreds of runs: `npm run sabotage`; thousands of faults: `npm run chaos`; days: `npm run soak`; `npm run test:e2e`. */
const complete = [
  'test/chaos/complete.test.ts',
  'test/chaos/soak.test.ts',
  'test/chaos/soak-real.test.ts',
  'test/sabotage/complete.test.ts',
  longTests,
];

const isAttack = process.env.OPSDECK_ATTACK_ROUNDS !== undefined;

/** Folders whose files do not run in the project of the parts. */
const apart = isAttack ? [...running, 'attack'] : running;

/** Whether a test belongs to `npm test`. */
const isOfNpmTest = (path: string): boolean =>
  !path.includes('.long.test.') &&
  !complete.includes(path) &&
  !elsewhere.some((folder) => path.startsWith(`test/${folder}/`));

/** `npm test`. */
export default defineConfig({
  ...inProcess,
  plugins: [nearestTests(isOfNpmTest)],
  test: {
    ...inProcess.test,
    projects: [
      { extends: true, test: { name: 'running', include: running.map(testsIn), exclude: complete } },
      {
        extends: true,
        test: {
          name: 'parts',
          include: [testsIn('**'), 'examples/*/test/**/*.test.ts'],
          exclude: [...[...elsewhere, ...apart].map(testsIn), longTests],
        },
      },
      // `npm run attack` tries more rounds of it, and all of its files.
      ...(isAttack
        ? [{ extends: true as const, test: { name: 'attack', include: [testsIn('attack')] } }]
        : []),
    ],
    reporters: [new BriefReporter({ isBudgeted: !asksForPart(process.argv) })],
    sequence: { sequencer: LongestFirst },
    // One more than there are processors costs a sixth more of their time, and ends later.
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
