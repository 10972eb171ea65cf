import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';
import { inProcess, testsIn } from './test/support/vitest-settings.ts';

/** `npm run test:e2e`: the built program as a process and in a real terminal, on the real clock; every row of the runbooks. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'built',
          include: [testsIn('e2e')],
          globalSetup: ['test/e2e/built.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        ...inProcess,
        test: {
          ...inProcess.test,
          name: 'runbooks',
          include: [
            testsIn('coverage'),
            'test/suggestions/complete.test.ts',
            'test/drills/every-count.test.ts',
          ],
        },
      },
    ],
    sequence: { sequencer: LongestFirst },
    // These wait more than they work.
    maxWorkers: 3,
    maxConcurrency: 2,
  },
});
