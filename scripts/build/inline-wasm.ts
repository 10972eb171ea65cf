import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * Yoga decodes the WebAssembly that it carries in its own text by `fetch` where there is one, which in Node loads an
 * HTTP client: about 30 ms of each start (Node 24.21). Without it, it decodes the text by itself.
 */
export const inlineWasm: Plugin = {
  name: 'inline-wasm',
  setup: (build) => {
    build.onLoad({ filter: /\/yoga-wasm-base64-esm\.js$/ }, async ({ path }) => ({
      contents: `const fetch = undefined;\n${await readFile(path, 'utf8')}`,
    }));
  },
};
