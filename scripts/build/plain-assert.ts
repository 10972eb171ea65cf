import type { Plugin } from 'esbuild';

/**
 * A CommonJS module that fails with Node's AssertionError, without the text of the failed expression.
 */
const plainAssert = `
const whole = () => require('node:assert');
const ok = (value, message = 'assertion failed') => {
  if (value) return;
  if (message instanceof Error) throw message;
  throw new (whole().AssertionError)({ message, actual: value, expected: true, operator: '==', stackStartFn: ok });
};
module.exports = new Proxy(ok, { get: (target, name) => (name === 'ok' ? ok : name in target ? target[name] : whole()[name]) });
`;

/**
 * Replaces `require('node:assert')` of packages. For a failed assertion without a message, Node reads the expression from the source of
 * the caller. It reads it token by token: in a long line of a minified file it can take a division for a regular expression, and then
 * throws a SyntaxError instead of the AssertionError (Node 24.21, lib/internal/errors/error_source.js).
 */
export const plainAssertions: Plugin = {
  name: 'plain-assertions',
  setup: (build) => {
    // One for each package: a shared one would be a chunk, joined with code that a start of one of them does not load.
    build.onResolve({ filter: /^(node:)?assert$/ }, ({ kind, namespace, importer }) =>
      kind === 'require-call' && namespace === 'file'
        ? {
            path: `node:assert of ${importer.split('/node_modules/').at(-1)?.split('/')[0]}`,
            namespace: 'plain-assert',
          }
        : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'plain-assert' }, () => ({
      contents: plainAssert,
      loader: 'js',
    }));
  },
};
