import { availableParallelism } from 'node:os';
import { defineConfig, type Plugin } from 'vitest/config';
import { scratchDir } from './test/support/scratch-dir.ts';

/**
 * Has simulated time wait for modules that are being loaded, and asks the test runner for each only once
 * (test/simulation/activity.ts). Outside of simulations it changes nothing.
 */
const countedImports: Plugin = {
  name: 'opsdeck-counted-imports',
  transform: (code, id) =>
    /\/src\/.*\.tsx?$/.test(id) && code.includes('import(')
      ? code.replaceAll(
          /\bimport\((\s*['"][^'"]+['"]\s*)\)/g,
          `(globalThis.opsdeckLoad ?? ((key, load) => load()))(${JSON.stringify(id)} + $1, () => import($1))`,
        )
      : undefined,
};

export default defineConfig({
  plugins: [countedImports],
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/real/**', 'test/e2e/**'],
    env: { TMPDIR: scratchDir() },
    globalSetup: ['test/e2e/built.ts'],
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
