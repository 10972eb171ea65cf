import { enableCompileCache, registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { mutantPlan } from './mutants/plan.ts';
import { defineProbes } from './mutants/probes.ts';

/**
 * Loaded by a process of the test runner before all else. Node loads the modules of tests by itself, without their types; these
 * hooks add what it cannot do. Modules that the test runner loads instead call every imported function through a getter: a
 * tenth of the time of a run.
 */

enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/opsdeck/compiled', import.meta.url)));

const sourceOf = (name: string): string => new URL(`../../src/${name}.ts`, import.meta.url).href;

/** Resolves the SDK for plugins to the sources under test. */
const sdk = new Map([
  ['opsdeck/sdk', sourceOf('sdk')],
  ['opsdeck/sdk/testing', sourceOf('sdk-testing')],
]);

const sources = new URL('../../src/', import.meta.url).href;

/** The text of a source that `npm run mutants` replaces in this process. */
const replaced = (path: string): string | undefined =>
  path.startsWith(sources) ? mutantPlan?.sources[`src/${path.slice(sources.length)}`] : undefined;
if (mutantPlan?.record !== undefined) defineProbes(mutantPlan.record.mutants);

/** The JavaScript of a module with JSX, with the React of the built program. */
const compiled = (tsx: string, file: string): string =>
  transformSync(tsx, {
    loader: 'tsx',
    jsx: 'automatic',
    target: 'esnext',
    sourcemap: 'inline',
    sourcefile: file,
  }).code;

/**
 * Makes simulated time wait for modules that are loading, and loads each only once (test/simulation/activity.ts). It has no
 * effect outside of simulations.
 */
const counted = (code: string, url: string): string =>
  code.replaceAll(
    /\bimport\((\s*['"][^'"]+['"]\s*)\)/g,
    `(globalThis.opsdeckLoad ?? ((key, load) => load()))(${JSON.stringify(url)} + $1, () => import($1))`,
  );

registerHooks({
  resolve: (specifier, context, next) => {
    const url = sdk.get(specifier);
    return url === undefined ? next(specifier, context) : { ...next(url, context), shortCircuit: true };
  },
  load: (url, context, next) => {
    const [path = url] = url.split('?');
    const isTsx = path.endsWith('.tsx');
    if (!isTsx && !path.startsWith(sources)) return next(url, context);
    const loaded = next(url, isTsx ? { ...context, format: 'module' } : context);
    const other = replaced(path);
    const text = other ?? String(loaded.source);
    if (isTsx) return { format: 'module', source: compiled(text, fileURLToPath(path)), shortCircuit: true };
    if (loaded.format !== 'module-typescript' || !text.includes('import('))
      return other === undefined ? loaded : { ...loaded, source: other };
    return { format: 'module', source: counted(stripTypeScriptTypes(text), path), shortCircuit: true };
  },
});
