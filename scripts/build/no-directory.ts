import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * ssh2 asks for the directory of its own files, which an ES module does not know: for an agent of Windows, and for a
 * WebAssembly that it carries in its own text. Neither is looked for there by us.
 */
export const noDirectory: Plugin = {
  name: 'no-directory',
  setup: (build) => {
    build.onLoad({ filter: /\/ssh2\/lib\/(agent|protocol\/crypto\/poly1305)\.js$/ }, async ({ path }) => ({
      contents: `const __dirname = '';\n${await readFile(path, 'utf8')}`,
    }));
  },
};
