import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/** Names that Node adds only to the namespace of a CommonJS module. Source: Node.js documentation, "CommonJS namespaces". */
const commonJsMark = 'module.exports';

/** Marks a resolution that the plugin itself requests. */
const resolving = Symbol('resolving');

const isEsModule = async (file: string): Promise<boolean> =>
  /^(?:export|import) /m.test(await readFile(file, 'utf8').catch(() => ''));

const isName = (text: string): boolean => /^[A-Za-z_$][\w$]*$/.test(text) && text !== 'default';

/** An ES module with the export names that Node detects in a CommonJS package. */
const wrapped = (specifier: string, names: readonly string[]): string =>
  [
    `import whole from ${JSON.stringify(specifier)};`,
    'export default whole;',
    `export const { ${names.join(', ')} } = whole;`,
  ].join('\n');

/**
 * In Node, `await import('undici')` has a CommonJS package's named exports; in an esbuild chunk it has only a default export.
 * This adds the same names as Node.
 */
export const lazyCommonJs: Plugin = {
  name: 'lazy-commonjs',
  setup: (build) => {
    build.onResolve({ filter: /^[a-z@]/ }, async ({ path, kind, namespace, resolveDir, pluginData }) => {
      if (kind !== 'dynamic-import' || namespace !== 'file' || pluginData === resolving) return undefined;
      // esbuild may choose another build of the package than Node: an ES module, which has the names.
      const chosen = await build.resolve(path, { kind, resolveDir, namespace, pluginData: resolving });
      if (chosen.namespace === 'file' && (await isEsModule(chosen.path))) return undefined;
      const module = await import(path).catch(() => ({}));
      return commonJsMark in module ? { path, namespace: 'lazy-commonjs' } : undefined;
    });
    build.onLoad({ filter: /.*/, namespace: 'lazy-commonjs' }, async ({ path }) => ({
      contents: wrapped(path, Object.keys(await import(path)).filter(isName)),
      resolveDir: build.initialOptions.absWorkingDir ?? process.cwd(),
    }));
  },
};
