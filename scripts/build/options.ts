import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';
import { inlineWasm } from './inline-wasm.ts';
import { lazyCommonJs } from './lazy-commonjs.ts';
import { leanLibraries } from './lean-libraries.ts';
import { noDirectory } from './no-directory.ts';
import { noNativeAddons } from './no-native-addons.ts';
import { oneStringWidth } from './one-string-width.ts';
import { plainAssertions } from './plain-assert.ts';
import { requiredBuiltins } from './required-builtins.ts';

/** Ink references React's developer tools in an `import()` that does not run in production; they are not installed. */
const noDevtools: Plugin = {
  name: 'no-devtools',
  setup: (build) => {
    build.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {};' }));
  },
};

/** CommonJS dependencies call `require` for Node's own modules, which ES modules do not define. */
const requireBanner =
  "import { createRequire as opsdeckCreateRequire } from 'node:module';" +
  'const require = opsdeckCreateRequire(import.meta.url);';

/** The checked-out commit with its date, '8bb189402, 2026-11-27'; '' outside a checkout. */
const commitText = (): string => {
  const git = spawnSync('git', ['show', '--no-patch', '--format=%h, %cs', '--abbrev=9', 'HEAD'], {
    encoding: 'utf8',
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  return git.status === 0 ? git.stdout.trim() : '';
};

/**
 * Bundle options of opsdeck: one file per lazily loaded part, with all dependencies included. Also used for the programs of
 * benchmarks.
 */
export const bundleOptions = (entryPoints: readonly string[], outdir: string): BuildOptions => ({
  entryPoints: [...entryPoints],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  jsx: 'automatic',
  // Flat, so that a path relative to a file is the same in every chunk.
  chunkNames: '[name]-[hash]',
  banner: { js: requireBanner },
  define: {
    'process.env.NODE_ENV': '"production"',
    'process.env.OPSDECK_COMMIT': JSON.stringify(commitText()),
    'Intl.Segmenter': 'LazySegmenter',
    // undici's mark of a build without its experimental second HTTP parser.
    esbuildDetection: 'true',
  },
  inject: [fileURLToPath(new URL('./lazy-segmenter.ts', import.meta.url))],
  // Only tests of plugins load vitest, and use their own.
  external: ['vitest'],
  legalComments: 'none',
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [
    noDevtools,
    lazyCommonJs,
    oneStringWidth,
    leanLibraries,
    plainAssertions,
    requiredBuiltins,
    inlineWasm,
    noDirectory,
    noNativeAddons,
  ],
  metafile: true,
  write: false,
  logLevel: 'warning',
});
