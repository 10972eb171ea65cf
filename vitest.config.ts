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

/**
 * Files of one project share their workers, and so the modules that they load: half of the time of a run was loading them
 * again. What one file leaves in a process stays within its project: secrets to mask, and V8's flags for typed expressions, which
 * tests of patterns must not meet (`patterns` has a process for each file).
 */
const running = ['accidents', 'cli', 'coverage', 'drills', 'model', 'screens', 'simulation', 'ui', 'world'];
const patterns = ['sources/loki'];

const testsIn = (folder: string): string => `test/${folder}/**/*.test.{ts,tsx}`;

export default defineConfig({
  plugins: [countedImports],
  test: {
    projects: [
      { extends: true, test: { name: 'running', include: running.map(testsIn) } },
      { extends: true, test: { name: 'patterns', include: patterns.map(testsIn), isolate: true } },
      {
        extends: true,
        test: {
          name: 'parts',
          include: [testsIn('**')],
          exclude: ['e2e', 'real', ...running, ...patterns].map(testsIn),
        },
      },
    ],
    env: { TMPDIR: scratchDir() },
    setupFiles: ['test/support/seeded.ts'],
    isolate: false,
    // Simulated systems make much that is short-lived: with more room for it, less time goes to collecting it.
    execArgv: ['--max-semi-space-size=64'],
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
