import { defineConfig } from 'vitest/config';
import BriefReporter from './test/support/brief-reporter.ts';
import { LongestFirst } from './test/support/longest-first.ts';
import { inProcess, longTests, sampledTests, testsIn } from './test/support/vitest-settings.ts';

/** `npm run test:e2e`: the built program as a process and in a real terminal, on the real clock; every row of the runbooks; every drill and incident. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'built',
          include: [testsIn('e2e')],
          globalSetup: ['test/e2e/built.ts'],
          // The built program draws in UTF-8, whatever the locale of this machine.
          env: { LC_ALL: 'C.UTF-8' },
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        ...inProcess,
        test: {
          ...inProcess.test,
          name: 'runbooks',
          include: [testsIn('coverage')],
        },
      },
      {
        ...inProcess,
        test: {
          ...inProcess.test,
          name: 'long',
          include: [longTests, ...sampledTests()],
          env: { ...inProcess.test.env, OPSDECK_COMPLETE_TESTS: '1', OPSDECK_ATTACK_ROUNDS: '1' },
        },
      },
    ],
    reporters: [new BriefReporter()],
    sequence: { sequencer: LongestFirst },
    // These wait more than they work.
    maxWorkers: 3,
    maxConcurrency: 2,
  },
});
