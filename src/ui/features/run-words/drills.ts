import { type JournalEntry, withoutForeignDrills } from '../../../domain/facts/journal.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import type { PaneId } from '../../kit/components/cursor.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import { paneState, updatePane } from '../../shell/contract/model.ts';
import type { Binding } from '../../shell/contract/pane.ts';
import type { RenderContext } from '../../shell/contract/render-context.ts';
import { boundKey } from '../../shell/state/keys-in-text.ts';

/** The word for a run on a simulator, in every list of runs. */
export const drillWord = 'DRILL';

const isSimulated = ({ cockpit }: Pick<RenderContext, 'cockpit'>): boolean => cockpit.open?.embedded === true;

/** The changes that have happened in the open environment itself, oldest first: in a real one without drills. */
export const ownJournal = (view: Pick<RenderContext, 'cockpit'>): readonly JournalEntry[] =>
  withoutForeignDrills(view.cockpit.journal, isSimulated(view));

/** True if a pane lists drills: by default where the environment is itself simulated. */
const areDrillsShown = (view: RenderContext, pane: PaneId): boolean => {
  const chosen = paneState(view.ui, pane).options?.drills;
  return chosen === undefined ? isSimulated(view) : chosen === 1;
};

/** The entries that a pane lists. */
export const withChosenDrills = <T extends { readonly drill?: true }>(
  view: RenderContext,
  pane: PaneId,
  all: readonly T[],
): readonly T[] => (areDrillsShown(view, pane) ? all : all.filter(({ drill }) => drill !== true));

/** True for an entry that is listed, but does not count among those of the open environment. */
export const isForeignDrill = (view: RenderContext, { drill }: { readonly drill?: true }): boolean =>
  drill === true && !isSimulated(view);

/** The key that shows or hides the drills of a pane. */
export const drillsKey = (pane: PaneId): Binding => ({
  id: `${pane}.drills`,
  keys: ['d'],
  description: 'show or hide drills (runs on a simulator)',
  run: ({ model, view, notify }) => {
    const shows = !areDrillsShown(view, pane);
    const { options } = paneState(view.ui, pane);
    updatePane(model, pane, { options: { ...options, drills: shows ? 1 : 0 } });
    notify(shows ? 'drills are listed, marked DRILL' : 'drills are hidden');
  },
});

/** ' 3 drills hidden · d shows them'. `noun`: of one hidden entry. */
export const hiddenDrillsLines = (
  view: RenderContext,
  pane: PaneId,
  all: readonly { readonly drill?: true }[],
  noun: string,
): readonly StyledLine[] => {
  if (areDrillsShown(view, pane)) return [];
  const hidden = all.filter(({ drill }) => drill === true).length;
  const key = boundKey(view.cockpit, `${pane}.drills`, 'd');
  return hidden === 0
    ? []
    : [[view.pen.run(` ${pluralize(hidden, noun)} hidden · ${key} shows them`, 'faint')]];
};
