import type { PaneId } from '../../kit/components/cursor.ts';
import type { PaneRegistry } from '../contract/features.ts';
import type { Binding, KeyContext, Pane } from '../contract/pane.ts';
import { panesOnOverview } from '../layout/layout.ts';
import { isSmallScreen } from '../layout/screen-size.ts';
import { closeSplit, focusPane, moveCursorToRow, navigateTo, noteNavigation } from './navigation.ts';

/** True if the panes of the overview are shown. A small screen shows one list instead. */
export const inOverview = ({ view }: KeyContext): boolean =>
  view.ui.place === 'overview' && !isSmallScreen(view);

/** True if a pane is on the screen: in the overview, in a half of the split, or alone. */
const isVisible = (context: KeyContext, id: PaneId): boolean => {
  const { view } = context;
  return inOverview(context)
    ? panesOnOverview(view).some((pane) => pane.id === id)
    : view.ui.place === id || view.ui.split?.panes.includes(id) === true;
};

/** Zooms a visible pane. */
const zoomTo = ({ model, view }: KeyContext, id: PaneId) => {
  if (view.ui.split === undefined) return navigateTo(model, id);
  noteNavigation(model);
  closeSplit(model, id);
};

/**
 * The one rule of the pane keys: the key focuses its pane, and a second press zooms it. A pane that is not on the screen
 * takes the place of the focused one, or in the overview the whole screen.
 */
const goTo = (context: KeyContext, { id, landingRow }: Pane) => {
  const { model, view } = context;
  const landing = view.ui.focus === id ? undefined : landingRow?.(view);
  if (landing !== undefined) moveCursorToRow(model, id, landing);
  const isSecond = view.ui.paneKey === id && view.ui.focus === id && isVisible(context, id);
  model.setState({ paneKey: id });
  if (isSecond) return zoomTo(context, id);
  if (!inOverview(context) || !isVisible(context, id)) return navigateTo(model, id);
  noteNavigation(model);
  focusPane(model, id);
};

/** Panes whose keys the footer shows, with the label. */
const footerOfPane: Readonly<Record<PaneId, string>> = {
  now: 'problems',
  journal: 'changes',
  contacts: 'contacts',
};

/** The footer label of a pane's key. */
const paneFooter = ({ id }: Pane): Pick<Binding, 'footer'> => {
  const footer = footerOfPane[id];
  return footer === undefined ? {} : { footer };
};

/** The key of each pane. */
export const paneKeys = (panes: PaneRegistry): readonly Binding[] =>
  panes.all().flatMap((pane): readonly Binding[] =>
    pane.key === undefined
      ? []
      : [
          {
            id: `pane.${pane.key}`,
            keys: [pane.key],
            description: `focus ${pane.title} (again: zoom)`,
            ...paneFooter(pane),
            run: (context) => goTo(context, pane),
          },
        ],
  );
