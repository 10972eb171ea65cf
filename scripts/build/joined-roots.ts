import { sourceTypes } from '../../src/sources/registry.ts';

/** The entry points whose start is measured: their shared chunks are joined. */
export const startRoots: readonly string[] = [
  'src/main.ts',
  'src/cli/program.ts',
  'src/cli/check/check.ts',
  'src/engine/check-text.ts',
  'src/cli/cockpit/open-screen.ts',
  'src/cli/cockpit/open-cockpit.ts',
];

/** The entry points that are loaded after one of those: the source types of a profile. */
export const sourceRoots: readonly string[] = sourceTypes.map(({ type }) => `src/sources/${type}/index.ts`);
