import { derivedFromKinds } from '../../kinds/registry.ts';
import { kindPanes } from '../panes/environment-panes.ts';
import { allPanes } from '../panes/index.ts';
import type { Pane } from '../panes/pane.ts';
import type { RenderContext } from '../render-context.ts';

/** The bands of the overview, top to bottom. The panes of a band are side by side on a wide screen. */
const ofBuiltIn: readonly (readonly string[])[] = [
  ['health'],
  ['pulse'],
  ['matrix'],
  ['breakers', 'lag'],
  ['pools', 'pods'],
  ['db'],
  ['alerts'],
  ['logs'],
];

/** The default bands: panes of custom kinds take the full width, above LOGS. */
export const defaultBands = derivedFromKinds((): readonly (readonly string[])[] => [
  ...ofBuiltIn.slice(0, -1),
  ...kindPanes().map(({ id }) => [id]),
  ...ofBuiltIn.slice(-1),
]);

/** Panes whose title shows counts. On a narrow screen, title and worst row take precedence over further rows. */
export const panesWithCounts: ReadonlySet<string> = new Set(['breakers', 'lag', 'pools', 'pods', 'db']);

/** Minimum terminal width for panes side by side. */
export const minSideBySideColumns = 120;

const arranged = (view: RenderContext): readonly (readonly Pane[])[] =>
  (view.ui.bands ?? defaultBands())
    .map((band) =>
      band.flatMap((id) => allPanes().filter((pane) => pane.id === id && pane.isAvailable(view))),
    )
    .filter((band) => band.length > 0);

/** The bands of the overview, left to right within each band. */
export const overviewBands = (view: RenderContext): readonly (readonly Pane[])[] =>
  view.columns >= minSideBySideColumns
    ? arranged(view)
    : arranged(view).flatMap((band) => band.map((pane) => [pane]));

/** The panes of the overview in display order, with those that wait for spare rows. */
export const panesInOverview = (view: RenderContext): readonly Pane[] => arranged(view).flat();
