import type { ViteUserConfig } from 'vitest/config';
import { scratchDir } from './scratch-dir.ts';

/** Settings of tests in this process, with or without simulated time. */
export const inProcess = {
  test: {
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // The React of the built program (scripts/build): the one for development takes twice as long.
    env: { TMPDIR: scratchDir(), NODE_ENV: 'production' },
    setupFiles: ['test/support/seeded.ts', 'test/support/watched.ts'],
    isolate: false,
    execArgv: [
      // Simulated systems allocate many short-lived objects: a larger young generation saves time in GC.
      '--max-semi-space-size=64',
      `--import=${new URL('native-modules.ts', import.meta.url).href}`,
    ],
    // Only ends a test that hangs. Simulated time waits for nothing but the processor: a shorter limit would judge the machine.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
} satisfies ViteUserConfig;

/** The glob of all test files in a folder of `test`. */
export const testsIn = (folder: string): string => `test/${folder}/**/*.test.{ts,tsx}`;
