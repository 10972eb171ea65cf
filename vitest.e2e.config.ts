import { defineConfig } from 'vitest/config';

/** The built program as a process and in a real terminal, on the real clock: `npm run test:e2e`. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/e2e/built.ts'],
    // These wait more than they work.
    maxWorkers: 2,
    maxConcurrency: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
