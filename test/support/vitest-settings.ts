import { fileURLToPath } from 'node:url';
import type { Plugin, ViteUserConfig } from 'vitest/config';
import { scratchDir } from './scratch-dir.ts';

/**
 * Makes simulated time wait for modules that are loading, and requests each module from the test runner only once
 * (test/simulation/activity.ts). It has no effect outside of simulations.
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

/** Resolves the SDK for plugins to the sources under test. */
const sdkAlias = {
  'opsdeck/sdk/testing': fileURLToPath(new URL('../../src/sdk-testing.ts', import.meta.url)),
  'opsdeck/sdk': fileURLToPath(new URL('../../src/sdk.ts', import.meta.url)),
};

/** Settings of tests in this process, with or without simulated time. */
export const inProcess = {
  plugins: [countedImports],
  resolve: { alias: sdkAlias },
  oxc: { jsx: { development: false } },
  test: {
    // The React of the built program (scripts/build): the one for development takes twice as long.
    env: { TMPDIR: scratchDir(), NODE_ENV: 'production' },
    setupFiles: ['test/support/seeded.ts', 'test/support/watched.ts'],
    isolate: false,
    // Simulated systems allocate many short-lived objects: a larger young generation saves time in GC.
    execArgv: ['--max-semi-space-size=64'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
} satisfies ViteUserConfig;

/** The glob of all test files in a folder of `test`. */
export const testsIn = (folder: string): string => `test/${folder}/**/*.test.{ts,tsx}`;
