import { fileURLToPath } from 'node:url';
import type { Plugin, ViteUserConfig } from 'vitest/config';
import { scratchDir } from './scratch-dir.ts';

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

/** Plugins find the SDK of the sources that are tested. */
const sdkAlias = {
  'opsdeck/sdk/testing': fileURLToPath(new URL('../../src/sdk-testing.ts', import.meta.url)),
  'opsdeck/sdk': fileURLToPath(new URL('../../src/sdk.ts', import.meta.url)),
};

/** What tests in this process need, on simulated time or on none. */
export const inProcess = {
  plugins: [countedImports],
  resolve: { alias: sdkAlias },
  test: {
    env: { TMPDIR: scratchDir() },
    setupFiles: ['test/support/seeded.ts', 'test/support/watched.ts'],
    isolate: false,
    // Simulated systems make much that is short-lived: with more room for it, less time goes to collecting it.
    execArgv: ['--max-semi-space-size=64'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
} satisfies ViteUserConfig;

/** Every test file below a folder of `test`. */
export const testsIn = (folder: string): string => `test/${folder}/**/*.test.{ts,tsx}`;
