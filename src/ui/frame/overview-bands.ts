import { derivedFromKinds } from '../../kinds/registry.ts';
import { kindPanes } from '../panes/environment-panes.ts';
import { allPanes } from '../panes/index.ts';
import type { Pane } from '../panes/pane.ts';
import type { RenderContext } from '../render-context.ts';

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
export const defaultBands = derivedFromKinds((): readonly (readonly string[])[] => [
  ...ofBuiltIn.slice(0, -1),
  ...kindPanes().map(({ id }) => [id]),
  ...ofBuiltIn.slice(-1),
]);

/** Panes whose title counts how many stand how: on a narrow screen it and the worst row come before more rows of any. */
export const panesWithCounts: ReadonlySet<string> = new Set(['breakers', 'lag', 'pools', 'pods', 'db']);

/** Under so many columns panes stand one above the other. */
export const minSideBySideColumns = 120;

const arranged = (view: RenderContext): readonly (readonly Pane[])[] =>
  (view.ui.bands ?? defaultBands())
    .map((band) =>
      band.flatMap((id) => allPanes().filter((pane) => pane.id === id && pane.isAvailable(view))),
    )
    .filter((band) => band.length > 0);

/** Panes of one band, left to right, that stand beside each other. */
export const overviewBands = (view: RenderContext): readonly (readonly Pane[])[] =>
  view.columns >= minSideBySideColumns
    ? arranged(view)
    : arranged(view).flatMap((band) => band.map((pane) => [pane]));

/** The panes of the overview in the order in which they stand there. */
export const panesInOverview = (view: RenderContext): readonly Pane[] => arranged(view).flat();

/** The view with the focus on a pane that is there: the one that had it may have been left out meanwhile. */
export const withValidFocus = (view: RenderContext): RenderContext => {
  if (view.ui.place !== 'overview') return view;
  const there = panesInOverview(view);
  const [first] = there;
  if (first === undefined || there.some(({ id }) => id === view.ui.focus)) return view;
  return { ...view, ui: { ...view.ui, focus: first.id } };
};
