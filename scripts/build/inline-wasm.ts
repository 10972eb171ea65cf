import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Yoga decodes its embedded WebAssembly with `fetch` if available. In Node this loads an HTTP client, about 30 ms per start (Node
 * 24.21). Without `fetch` it decodes the text itself.
 */
export const inlineWasm: Plugin = {
  name: 'inline-wasm',
  setup: (build) => {
    build.onLoad({ filter: /\/yoga-wasm-base64-esm\.js$/ }, async ({ path }) => ({
      contents: `const fetch = undefined;\n${await readFile(path, 'utf8')}`,
    }));
  },
};
