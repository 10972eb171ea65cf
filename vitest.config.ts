import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/real/**'],
    globalSetup: ['test/drive/built.ts'],
    // A test waits more than it works (terminals, servers, processes), so two run side by side on the smallest machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // Cockpits in real terminals, each with its world: more of them at once make each other slow.
    maxConcurrency: 4,
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
