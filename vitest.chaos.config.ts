import { defineConfig } from 'vitest/config';
import { inProcess } from './test/support/vitest-settings.ts';

/** `npm run chaos` and `npm run soak`. */
export default defineConfig({
  ...inProcess,
  test: {
    ...inProcess.test,
    include: ['test/chaos/complete.test.ts', 'test/chaos/soak.test.ts', 'test/chaos/soak-real.test.ts'],
    execArgv: [...inProcess.test.execArgv, '--expose-gc'],
    fileParallelism: false,
  },
});
