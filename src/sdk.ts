/** The extension API of opsdeck: what a plugin may use. Its version is `sdkVersion`, and docs/sdk.md tells how it is used. */
export { z } from 'zod';
export { definePlugin, defineSource, type Plugin } from './plugins/plugin.ts';
export { sdkVersion } from './plugins/sdk-version.ts';
