import { defineConfig } from 'vitest/config';

/** The suites on real servers, run by scripts/test-real.ts: one file after the other, because they share a server. */
export default defineConfig({
  test: {
    include: ['test/real/suites/**/*.test.ts'],
    fileParallelism: false,
    // The programs of the suites write UTF-8, whatever the locale of this machine.
    env: { LC_ALL: 'C.UTF-8' },
    // Concurrent tests of one file are runs of the program, which mostly wait.
    maxConcurrency: 10,
    testTimeout: 60_000,
    hookTimeout: 30_000,
  },
});
