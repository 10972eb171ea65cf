import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * ssh2 uses `__dirname`, which ES modules do not have, for a Windows agent and an embedded WebAssembly. opsdeck uses neither from
 * there.
 */
export const noDirectory: Plugin = {
  name: 'no-directory',
  setup: (build) => {
    build.onLoad({ filter: /\/ssh2\/lib\/(agent|protocol\/crypto\/poly1305)\.js$/ }, async ({ path }) => ({
      contents: `const __dirname = '';\n${await readFile(path, 'utf8')}`,
    }));
  },
};
