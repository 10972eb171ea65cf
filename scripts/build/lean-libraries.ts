import { readFile } from 'node:fs/promises';
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
    build.onLoad({ filter: /\/zod\/v4\/classic\/schemas\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const copying =
        'const cl = this.clone();\n        core.globalRegistry.add(cl, args[0]);\n        return cl;';
      if (!text.includes(copying)) throw new Error(`${path}: meta() is not as expected`);
      return { contents: text.replace(copying, 'return this;') };
    });
    build.onLoad({ filter: /\/zod\/v4\/core\/core\.js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\nconfig({ jitless: true });`,
    }));
  },
};
