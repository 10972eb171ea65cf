import { sourceTypes } from '../../src/sources/registry.ts';
import type { Root } from './join-chunks.ts';

const main = 'src/main.ts';
const program = 'src/cli/program.ts';
const check = 'src/cli/check/check.ts';
const checkText = 'src/engine/check-text.ts';
const screen = 'src/cli/cockpit/open-screen.ts';
const cockpit = 'src/cli/cockpit/open-cockpit.ts';

/** The entry points whose start is measured: their shared chunks are joined. */
export const startRoots: readonly Root[] = [
  { entry: main, after: [] },
  { entry: program, after: [[main]] },
  { entry: check, after: [[main, program]] },
  { entry: checkText, after: [[main, program, check]] },
  { entry: screen, after: [[main]] },
  { entry: cockpit, after: [[main, screen]] },
];

/** The entry points that are loaded after one of those: the source types of a profile. */
export const sourceRoots: readonly Root[] = sourceTypes.map(({ type }) => ({
  entry: `src/sources/${type}/index.ts`,
  after: [
    [main, program, check],
    [main, screen, cockpit],
  ],
}));
