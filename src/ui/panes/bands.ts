/** Panes that stand side by side in the overview, top to bottom, where the screen is wide enough for it. */
export const bands: readonly (readonly string[])[] = [
  ['health'],
  ['matrix'],
  ['breakers', 'lag'],
  ['pools', 'pods'],
  ['db'],
  ['alerts'],
  ['logs'],
];

/** Panes whose title counts how many stand how: on a narrow screen it and the worst row come before more rows of any. */
export const countedPanes: ReadonlySet<string> = new Set(['breakers', 'lag', 'pools', 'pods', 'db']);
