import { registerHooks } from 'node:module';

/**
 * Resolves the imports of this repository's modules before the hooks of the test runner, which report each of them to its main process: a
 * message and its answer for every import of every file. Only `vitest --watch` uses them.
 *
 * A setup file, because hooks that are registered later are asked first. Each test file of a process repeats it.
 */
const root = new URL('../../', import.meta.url).href;
const ours = ['src/', 'test/', 'scripts/'].map((folder) => root + folder);
const isOurs = (url: string): boolean => ours.some((folder) => url.startsWith(folder));

type Resolved = ReturnType<NonNullable<Parameters<typeof registerHooks>[0]['resolve']>>;

/** Packages, by the name that a module imports: all modules here find the same. */
const packages = new Map<string, Resolved>();

/** The module that a relative path names, without a look at the file system: Node reports one that is missing when it loads it. */
const relativeTo = (parent: string, specifier: string): Resolved | undefined => {
  const isTsx = specifier.endsWith('.tsx');
  if (!specifier.startsWith('.') || !(isTsx || specifier.endsWith('.ts'))) return undefined;
  const url = new URL(specifier, parent);
  url.search = '';
  if (!isOurs(url.href)) return undefined;
  return { url: url.href, format: isTsx ? 'module' : 'module-typescript', shortCircuit: true };
};

const alreadyKey = Symbol.for('opsdeck.near-modules');

if (process.env.VITEST_MODE !== 'WATCH' && !(alreadyKey in globalThis)) {
  Object.assign(globalThis, { [alreadyKey]: true });
  registerHooks({
    resolve: (specifier, context, next) => {
      const { parentURL: parent, conditions } = context;
      if (parent === undefined || !isOurs(parent) || conditions?.includes('import') !== true)
        return next(specifier, context);
      if (specifier.startsWith('node:')) return { url: specifier, format: 'builtin', shortCircuit: true };
      if (specifier.startsWith('.')) return relativeTo(parent, specifier) ?? next(specifier, context);
      if (!/^[a-z@]/i.test(specifier) || specifier.includes(':')) return next(specifier, context);
      const known = packages.get(specifier) ?? { ...next(specifier, context), shortCircuit: true };
      packages.set(specifier, known);
      return known;
    },
  });
}
