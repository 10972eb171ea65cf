import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

const narrowWidth = fileURLToPath(new URL('./narrow-width.ts', import.meta.url));

/** `require`, so that the library is initialized only when a text needs it. */
const shim = (whole: string): string => `
import { narrowWidth } from ${JSON.stringify(narrowWidth)};
let whole;
export default function stringWidth(text, options) {
  const narrow = typeof text === 'string' && options === undefined ? narrowWidth(text) : undefined;
  if (narrow !== undefined) return narrow;
  whole ??= require(${JSON.stringify(whole)}).default;
  return whole(text, options);
}
`;

/**
 * Uses a single copy of string-width for Ink, its dependencies and opsdeck, instead of five. Its initialization takes about 30 ms
 * (Intl.Segmenter, and regular expressions over all emoji; Node 24.21). It happens only for a text with characters that are not
 * one cell wide.
 */
export const oneStringWidth: Plugin = {
  name: 'one-string-width',
  setup: (build) => {
    build.onResolve({ filter: /^string-width$/ }, ({ kind, namespace }) =>
      kind === 'import-statement' && namespace === 'file'
        ? { path: 'string-width', namespace: 'one-width' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'one-width' }, async () => {
      const root = build.initialOptions.absWorkingDir ?? process.cwd();
      const ink = await build.resolve('ink', { kind: 'import-statement', resolveDir: root });
      const inks = await build.resolve('string-width', {
        kind: 'require-call',
        resolveDir: fileURLToPath(new URL('.', `file://${ink.path}`)),
      });
      return { contents: shim(inks.path), resolveDir: root };
    });
  },
};
