import { defineConfig } from 'vitest/config';
import { inProcess } from './test/support/vitest-settings.ts';

/** `npm run chaos`. */
export default defineConfig({
  ...inProcess,
  test: {
    ...inProcess.test,
    include: ['test/chaos/complete.test.ts'],
  },
});
