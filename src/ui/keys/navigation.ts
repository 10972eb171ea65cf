import type { MainView, PaneId } from '../cursor.ts';
import type { SplitView } from '../features/layouts/layout.ts';
import { paneState, type UiStore, updatePane } from '../model.ts';
import type { KeyContext } from '../panes/pane.ts';

/** A key went somewhere else: the place that it left can be gone back to. */
export const noteNavigation = (model: UiStore): void =>
  model.setState((s) => ({ navigationCount: s.navigationCount + 1 }));

/** The two halves with this pane in the one that has the focus; where it is in the other half, that has the focus then. */
const halves = (split: SplitView | undefined, focus: PaneId, pane: PaneId): SplitView | undefined => {
  if (split === undefined || split.panes.includes(pane)) return split;
  const [left, right] = split.panes;
  return { ...split, panes: left === focus ? [pane, right] : [left, pane] };
};

/** Puts a pane (or the overview) into the middle, or into the half that has the focus. It has the focus then. */
export const showMainView = (model: UiStore, place: MainView): void =>
  model.setState(({ split: was, ...s }) => {
    const split = place === 'overview' ? undefined : halves(was, s.focus, place);
    const next = { ...s, place, focus: place === 'overview' ? s.focus : place, isFiltering: false };
    return split === undefined ? next : { ...next, split };
  }, true);

/** One half alone, or where one was before the split. */
export const closeSplit = (model: UiStore, place: MainView): void =>
  model.setState(
    ({ split: _, ...s }) => ({ ...s, place, focus: place === 'overview' ? s.focus : place }),
    true,
  );

/** `showPlace` by somebody who may want to come back. */
export const navigateTo = (model: UiStore, place: MainView): void => {
  noteNavigation(model);
  showMainView(model, place);
};

export const focusPane = (model: UiStore, pane: PaneId): void => model.setState({ focus: pane });

/** Puts the cursor of a pane on a row, wherever that row is or will be. */
export const moveCursorToRow = (model: UiStore, pane: PaneId, key: string): void =>
  updatePane(model, pane, {
    filter: '',
    least: undefined,
    cursor: { key, index: paneState(model.getState(), pane).cursor.index },
  });

/** Holds the cursor to the object that it is on, so that a list that moves does not put another one under it. */
export const pinCursorToRow = ({ model, pane, row, index }: KeyContext): void => {
  const { cursor } = paneState(model.getState(), pane.id);
  if (row === undefined || row.foldedKeys !== undefined || cursor.key === row.key) return;
  updatePane(model, pane.id, { cursor: { key: row.key, index } });
};
