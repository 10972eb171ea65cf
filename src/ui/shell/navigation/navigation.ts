import { initialCursor, type MainView, type PaneId } from '../../kit/components/cursor.ts';
import type { SplitView } from '../contract/layout.ts';
import { type PaneState, paneState, type UiStore, updatePane } from '../contract/model.ts';
import type { KeyContext } from '../contract/pane.ts';

/** Records a navigation, so that the user can go back. */
export const noteNavigation = (model: UiStore): void =>
  model.setState((s) => ({ navigationCount: s.navigationCount + 1 }));

/** Puts a pane into the focused half, unless the other half shows it already. */
const halves = (split: SplitView | undefined, focus: PaneId, pane: PaneId): SplitView | undefined => {
  if (split === undefined || split.panes.includes(pane)) return split;
  const [left, right] = split.panes;
  return { ...split, panes: left === focus ? [pane, right] : [left, pane] };
};

/** Shows and focuses a pane or the overview, or puts the pane into the focused half. */
export const showMainView = (model: UiStore, place: MainView): void =>
  model.setState(({ split: was, ...s }) => {
    const split = place === 'overview' ? undefined : halves(was, s.focus, place);
    const next = { ...s, place, focus: place === 'overview' ? s.focus : place, isFiltering: false };
    return split === undefined ? next : { ...next, split };
  }, true);

/** Closes the split and shows one pane or the overview. */
export const closeSplit = (model: UiStore, place: MainView): void =>
  model.setState(
    ({ split: _, ...s }) => ({ ...s, place, focus: place === 'overview' ? s.focus : place }),
    true,
  );

/** `showMainView` with an entry in the navigation history. */
export const navigateTo = (model: UiStore, place: MainView): void => {
  noteNavigation(model);
  showMainView(model, place);
};

export const focusPane = (model: UiStore, pane: PaneId): void => model.setState({ focus: pane });

/** Moves a pane's cursor to a row by key, even if the row is not there yet. */
export const moveCursorToRow = (model: UiStore, pane: PaneId, key: string): void =>
  updatePane(model, pane, {
    filter: '',
    least: undefined,
    cursor: { key, index: paneState(model.getState(), pane).cursor.index },
  });

/** True for a row of a pane that follows the newest one: the first row in the default order, unless it is opened. */
const isFollowing = (pane: KeyContext['pane'], state: PaneState, index: number): boolean => {
  const { order, reversed, sortColumn, opened } = state;
  const hasDefaultOrder = order === 0 && reversed !== true && sortColumn === undefined;
  return pane.followsNewest === true && index === 0 && hasDefaultOrder && !opened;
};

/** Pins the cursor to its row, so that re-sorting does not put another row under it, unless it follows the newest row. */
export const pinCursorToRow = ({ model, pane, row, index }: KeyContext): void => {
  const state = paneState(model.getState(), pane.id);
  const { cursor } = state;
  if (isFollowing(pane, state, index)) {
    if (cursor.key !== undefined) updatePane(model, pane.id, { cursor: initialCursor });
    return;
  }
  if (row === undefined || row.foldedKeys !== undefined || cursor.key === row.key) return;
  updatePane(model, pane.id, { cursor: { key: row.key, index } });
};
