import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { inProcess } from './test/support/vitest-settings.ts';

const parts = availableParallelism();

/** `npm run sabotage`: every exercise with every act sabotaged, a part of them in each worker. */
export default defineConfig({
  test: {
    projects: Array.from({ length: parts }, (_, part) => ({
      ...inProcess,
      test: {
        ...inProcess.test,
        name: `part ${part + 1}`,
        env: { ...inProcess.test.env, OPSDECK_SABOTAGE_PART: `${part}/${parts}` },
        include: ['test/sabotage/complete.test.ts'],
      },
    })),
    maxWorkers: parts,
  },
});
