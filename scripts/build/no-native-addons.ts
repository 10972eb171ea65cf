import type { Plugin } from 'esbuild';

/**
 * Optional native add-ons of ws, pg and ssh2. The bundle does not contain them; without this, `require` would search every
 * node_modules directory above the installation.
 */
const optionalAddon = /^(?:bufferutil|utf-8-validate|pg-native)$|\.node$/;

/** Fails `require` of an optional native add-on like Node does if it is not installed. */
export const noNativeAddons: Plugin = {
  name: 'no-native-addons',
  setup: (build) => {
    build.onResolve({ filter: optionalAddon }, ({ path }) => ({ path, namespace: 'no-addon' }));
    build.onLoad({ filter: /.*/, namespace: 'no-addon' }, ({ path }) => ({
      contents: `throw Object.assign(new Error(${JSON.stringify(`Cannot find module '${path}'`)}), { code: 'MODULE_NOT_FOUND' });`,
    }));
  },
};
