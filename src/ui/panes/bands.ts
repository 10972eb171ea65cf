/** Panes that stand side by side in the overview, top to bottom, where the screen is wide enough for it. */
export const bands: readonly (readonly string[])[] = [
  ['health'],
  ['matrix'],
  ['breakers', 'lag'],
  ['pools', 'pods'],
  ['db'],
  ['alerts'],
];

/** Whether the overview has a place for this pane. */
export const isInBands = (pane: string): boolean => bands.some((band) => band.includes(pane));

/** Where the cursor is in an overview that has no place for the pane it comes from. */
export const firstInBands = bands[0]?.[0] ?? '';

/** Panes whose title counts how many stand how: on a narrow screen it and the worst row come before more rows of any. */
export const countedPanes: ReadonlySet<string> = new Set(['breakers', 'lag', 'pools', 'pods', 'db']);
