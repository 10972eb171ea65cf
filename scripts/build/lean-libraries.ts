import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/**
 * Parts of undici that opsdeck does not call: fetch, WebSocket, mocks, caches, proxies, retries, bodies of forms, and HTTP/2, which
 * `allowH2: false` turns off and which loads `node:http2` at once.
 */
const unusedOfUndici =
  /^\.\.?\/(lib\/)?(web|mock|cache|interceptor|handler)\/|^\.\/lib\/dispatcher\/(proxy-agent|socks5-proxy-agent|env-http-proxy-agent|retry-agent|h2c-client)$|^\.\/client-h2\.js$/;

/** The modules of undici that load such a part. */
const usersOfUnused = /\/undici\/(index|lib\/dispatcher\/client(-h1)?|lib\/core\/request)\.js$/;

/** Replaces every export of such a part; calling it throws an error with the reason. */
const leftOut = `
function leftOut() {
  if (new.target === undefined) throw new Error('left out of the bundle: scripts/build/lean-libraries.ts');
}
module.exports = new Proxy(leftOut, { get: (target, name) => (name === 'prototype' ? target.prototype : leftOut) });
`;

/**
 * All that undici uses of node:http, whose server and client take 2 ms to load: the limit of headers, as Node sets it, and a class
 * of bodies that opsdeck never sends.
 */
const httpOfUndici = `
const options = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].join(' ');
exports.maxHeaderSize = Number(/--max-http-header-size[= ](\\d+)/.exec(options)?.[1] ?? 16_384);
exports.IncomingMessage = class IncomingMessage {};
`;

/** The copy of a schema that zod makes for each description: only the documentation, made from the source, reads them. */
const copiedMeta = `const cl = this.clone();
        core.globalRegistry.add(cl, args[0]);
        return cl;`;

/** A file of a library with another text in place of one that it must have. */
const changed = async (path: string, from: string, to: string): Promise<{ contents: string }> => {
  const text = await readFile(path, 'utf8');
  if (!text.includes(from)) throw new Error(`${path} is not as expected: it lacks ${from}`);
  return { contents: text.replace(from, to) };
};

/** The ES modules of yaml, which esbuild joins into one scope. Node would choose its CommonJS modules: each is a function to call. */
const yamlModules = fileURLToPath(new URL('../../node_modules/yaml/browser/dist/index.js', import.meta.url));

/**
 * Removes unused library code, so that it is not compiled at every start: most of undici, zod's other locales, commander's
 * executable sub-commands. zod's generated parsers are turned off: they are compiled at every start, for files that are parsed once.
 */
export const leanLibraries: Plugin = {
  name: 'lean-libraries',
  setup: (build) => {
    build.onResolve({ filter: unusedOfUndici }, ({ path, importer }) =>
      usersOfUnused.test(importer) ? { path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: leftOut }));
    build.onResolve({ filter: /^node:http$/ }, ({ path, importer }) =>
      importer.includes('/node_modules/undici/') ? { path, namespace: 'http-of-undici' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'http-of-undici' }, () => ({ contents: httpOfUndici }));
    build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes('/commander/') ? { path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
    build.onResolve({ filter: /^yaml$/ }, () => ({ path: yamlModules }));
    build.onLoad({ filter: /\/yaml\/browser\/dist\/log\.js$/ }, async ({ path }) =>
      // A warning on stderr would overwrite the screen of the cockpit.
      changed(path, 'console.warn(warning)', 'process.emitWarning(warning)'),
    );
    build.onLoad({ filter: /\/zod\/v4\/classic\/schemas\.js$/ }, async ({ path }) =>
      changed(path, copiedMeta, 'return this;'),
    );
    build.onLoad({ filter: /\/zod\/v4\/core\/core\.js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\nconfig({ jitless: true });`,
    }));
  },
};
