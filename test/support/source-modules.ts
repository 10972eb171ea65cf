import { sourceTypes } from '../../src/sources/registry.ts';

/** The modules of all built-in source types. */
export const sourceModules = await Promise.all(sourceTypes.map(({ load }) => load()));
