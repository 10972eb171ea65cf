import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ViteUserConfig } from 'vitest/config';
import { scratchDir } from './scratch-dir.ts';

/** Settings of tests in this process, with or without simulated time. */
export const inProcess = {
  test: {
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // The React of the built program (scripts/build): the one for development takes twice as long.
    env: { TMPDIR: scratchDir(), NODE_ENV: 'production', LC_ALL: 'C.UTF-8' },
    setupFiles: [
      'test/support/near-modules.ts',
      'test/support/seeded.ts',
      'test/support/watched.ts',
      // `npm run mutants`
      ...(process.env.OPSDECK_MUTANTS === undefined ? [] : ['test/support/mutants/setup.ts']),
    ],
    isolate: false,
    execArgv: [
      // Simulated systems allocate many short-lived objects: a larger young generation saves time in GC.
      '--max-semi-space-size=64',
      // ssh2 reads crypto.fips.
      '--disable-warning=DEP0093',
      `--import=${new URL('native-modules.ts', import.meta.url).href}`,
    ],
    // Limits of processor time (cpu-limit.ts) instead of time on the wall, which would judge the machine.
    runner: fileURLToPath(new URL('limited-runner.ts', import.meta.url)),
    testTimeout: 0,
    // Only ends a hook that hangs.
    hookTimeout: 600_000,
  },
} satisfies ViteUserConfig;

/** The glob of all test files in a folder of `test`. */
export const testsIn = (folder: string): string => `test/${folder}/**/*.test.{ts,tsx}`;

/** Files of `test:e2e` alone: whole drills, every incident, exercises of all systems. */
export const longTests = 'test/**/*.long.test.{ts,tsx}';

const tests = fileURLToPath(new URL('..', import.meta.url));

/** Files of which `npm test` has a sample, and `test:e2e` everything: those that import `layer.ts`. */
export const sampledTests = (): readonly string[] =>
  readdirSync(tests, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.test\.tsx?$/.test(path))
    .filter((path) => readFileSync(join(tests, path), 'utf8').includes("support/layer.ts';"))
    .map((path) => `test/${path.replaceAll('\\', '/')}`);
