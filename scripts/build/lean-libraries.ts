import type { Plugin } from 'esbuild';

/** Parts of undici that its index loads and opsdeck never calls: fetch, WebSocket, mocks, caches, proxies, retries. */
const unusedOfUndici =
  /^\.\/lib\/(web|mock|cache|interceptor|handler)\/|^\.\/lib\/dispatcher\/(proxy-agent|socks5-proxy-agent|env-http-proxy-agent|retry-agent|h2c-client)$/;

/** Stands for anything that the index takes out of such a part; calling it says why it is not there. */
const leftOut = `
function leftOut() {
  if (new.target === undefined) throw new Error('left out of the bundle: scripts/build/lean-libraries.ts');
}
module.exports = new Proxy(leftOut, { get: (target, name) => (name === 'prototype' ? target.prototype : leftOut) });
`;

/**
 * Leaves out of libraries what is loaded and never used, because what is not there need not be compiled at every
 * start: most of undici, zod's messages in other languages, commander's sub-commands in programs of their own.
 */
export const leanLibraries: Plugin = {
  name: 'lean-libraries',
  setup: (build) => {
    build.onResolve({ filter: unusedOfUndici }, ({ path, importer }) =>
      importer.endsWith('/undici/index.js') ? { path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: leftOut }));
    build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      importer.includes('/commander/') ? { path, namespace: 'left-out' } : undefined,
    );
    build.onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    }));
  },
};
