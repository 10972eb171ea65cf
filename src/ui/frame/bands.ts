import { madeOfKinds } from '../../kinds/registry.ts';
import { allPanes } from '../panes/index.ts';
import type { Pane } from '../panes/pane.ts';
import { kindPanes } from '../panes/watched.ts';
import type { View } from '../view.ts';

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

/** Under so many columns panes stand one above the other. */
export const sideBySide = 120;

const arranged = (view: View): readonly (readonly Pane[])[] =>
  (view.ui.bands ?? bands())
    .map((band) => band.flatMap((id) => allPanes().filter((pane) => pane.id === id && pane.there(view))))
    .filter((band) => band.length > 0);

/** Panes of one band, left to right, that stand beside each other. */
export const bandsOf = (view: View): readonly (readonly Pane[])[] =>
  view.columns >= sideBySide ? arranged(view) : arranged(view).flatMap((band) => band.map((pane) => [pane]));

/** The panes of the overview in the order in which they stand there. */
export const overviewPanes = (view: View): readonly Pane[] => arranged(view).flat();

/** The view with the focus on a pane that is there: the one that had it may have been left out meanwhile. */
export const withFocus = (view: View): View => {
  if (view.ui.place !== 'overview') return view;
  const there = overviewPanes(view);
  const [first] = there;
  if (first === undefined || there.some(({ id }) => id === view.ui.focus)) return view;
  return { ...view, ui: { ...view.ui, focus: first.id } };
};
