import type { Plugin } from 'esbuild';

/**
 * Compiled add-ons that ws, pg and ssh2 try to load and do without. In the bundle they are missing for certain: `require`
 * would otherwise look for them in every node_modules above the place where opsdeck is installed.
 */
const optionalAddon = /^(?:bufferutil|utf-8-validate|pg-native)$|\.node$/;

/** Answers `require` of an optional native add-on as Node does when it is not installed. */
export const noNativeAddons: Plugin = {
  name: 'no-native-addons',
  setup: (build) => {
    build.onResolve({ filter: optionalAddon }, ({ path }) => ({ path, namespace: 'no-addon' }));
    build.onLoad({ filter: /.*/, namespace: 'no-addon' }, ({ path }) => ({
      contents: `throw Object.assign(new Error(${JSON.stringify(`Cannot find module '${path}'`)}), { code: 'MODULE_NOT_FOUND' });`,
    }));
  },
};
