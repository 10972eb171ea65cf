import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

/**
 * Modules that take milliseconds to load and are first used long after the first frame, or by few sources: node:tls loads
 * node:crypto.
 */
const loadedOnUse: ReadonlySet<string> = new Set([
  'node:child_process',
  'node:crypto',
  'node:dgram',
  'node:http',
  'node:tls',
  'node:zlib',
]);

/** Packages that take milliseconds to load and that many starts never use; they must have a CommonJS build. */
const packagesLoadedOnUse: ReadonlySet<string> = new Set(['re2js']);

/** Properties whose getter prints a warning: crypto.fips is neither a function nor a table. */
const warning: ReadonlySet<string> = new Set(['fips']);

/** An ES module whose functions, classes and tables load `path` when they are first called, constructed or looked into. */
const loadingOnUse = (path: string): string => {
  // Getters are evaluated here, in the build: getRandomValues of node:crypto is one.
  const whole = require(path) as Readonly<Record<string, unknown>>;
  const names = Object.getOwnPropertyNames(whole).filter(
    (name) =>
      /^[A-Za-z]\w*$/.test(name) &&
      !warning.has(name) &&
      (typeof whole[name] === 'function' || typeof whole[name] === 'object'),
  );
  return [
    'let loaded;',
    `const load = () => (loaded ??= require(${JSON.stringify(path)}));`,
    'const onUse = (pick) => new Proxy(function () {}, {',
    '  apply: (_, self, args) => Reflect.apply(pick(), self, args),',
    '  construct: (_, args) => Reflect.construct(pick(), args),',
    '  get: (_, name) => pick()[name],',
    '  has: (_, name) => name in pick(),',
    '});',
    ...names.map((name) => `export const ${name} = onUse(() => load().${name});`),
    'export default onUse(load);',
  ].join('\n');
};

/**
 * An ES module of a module of Node. Only the exports that something imports remain in the bundle, so that getters of others are
 * never evaluated: TextDecoder of node:util loads node:worker_threads.
 */
const withUsedNames = (path: string): string =>
  [
    `const whole = require(${JSON.stringify(path)});`,
    'const pick = (name) => whole[name];',
    'export default whole;',
    ...Object.getOwnPropertyNames(require(path))
      .filter((name) => /^[A-Za-z_]\w*$/.test(name) && name !== 'default')
      .map(
        (name) =>
          `const its_${name} = /* @__PURE__ */ pick(${JSON.stringify(name)}); export { its_${name} as ${name} };`,
      ),
  ].join('\n');

/**
 * Replaces static imports of Node's own modules with `require`. An `import` evaluates every export, including getters:
 * node:process opens stdin, node:http loads Node's undici, node:crypto its WebCrypto. Together they take about 30 ms of a start
 * (Node 24.21). `require` evaluates only the used properties, and modules of `loadedOnUse` only when they are used.
 */
export const requiredBuiltins: Plugin = {
  name: 'required-builtins',
  setup: (build) => {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'import-statement' ? { path, namespace: 'required' } : undefined,
    );
    build.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      kind === 'import-statement' && packagesLoadedOnUse.has(path)
        ? { path, namespace: 'required' }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'required' }, ({ path }) => ({
      contents:
        loadedOnUse.has(path) || packagesLoadedOnUse.has(path) ? loadingOnUse(path) : withUsedNames(path),
      resolveDir: import.meta.dirname,
    }));
  },
};
