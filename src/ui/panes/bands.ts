import { madeOfKinds } from '../../kinds/registry.ts';
import { kindPanes } from './watched.ts';

/** Panes that stand side by side in the overview, top to bottom, where the screen is wide enough for it. */
const ofBuiltIn: readonly (readonly string[])[] = [
  ['health'],
  ['matrix'],
  ['breakers', 'lag'],
  ['pools', 'pods'],
  ['db'],
  ['alerts'],
  ['logs'],
];

/** The same with the panes that are made of their kinds, each across the whole screen, above the lines of logs. */
export const bands = madeOfKinds((): readonly (readonly string[])[] => [
  ...ofBuiltIn.slice(0, -1),
  ...kindPanes().map(({ id }) => [id]),
  ...ofBuiltIn.slice(-1),
]);

/** Panes whose title counts how many stand how: on a narrow screen it and the worst row come before more rows of any. */
export const countedPanes: ReadonlySet<string> = new Set(['breakers', 'lag', 'pools', 'pods', 'db']);
