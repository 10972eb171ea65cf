import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    exclude: ['test/real/**'],
    globalSetup: ['test/drive/built.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
