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
    build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes('/commander/') ? { path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
    build.onLoad({ filter: /\/zod\/v4\/core\/core\.js$/ }, async ({ path }) => ({
      contents: `${await readFile(path, 'utf8')}\nconfig({ jitless: true });`,
    }));
  },
};
