import type { PaneId, Place } from '../cursor.ts';
import type { Split } from '../features/layouts/layout.ts';
import { changePane, type Model, paneStateOf } from '../model.ts';
import type { Hand } from '../panes/pane.ts';

/** A key went somewhere else: the place that it left can be gone back to. */
export const jumped = (model: Model): void => model.setState((s) => ({ jumps: s.jumps + 1 }));

/** The two halves with this pane in the one that has the focus; where it is in the other half, that has the focus then. */
const halves = (split: Split | undefined, focus: PaneId, pane: PaneId): Split | undefined => {
  if (split === undefined || split.panes.includes(pane)) return split;
  const [left, right] = split.panes;
  return { ...split, panes: left === focus ? [pane, right] : [left, pane] };
};

/** Puts a pane (or the overview) into the middle, or into the half that has the focus. It has the focus then. */
export const showPlace = (model: Model, place: Place): void =>
  model.setState(({ split: was, ...s }) => {
    const split = place === 'overview' ? undefined : halves(was, s.focus, place);
    const next = { ...s, place, focus: place === 'overview' ? s.focus : place, filtering: false };
    return split === undefined ? next : { ...next, split };
  }, true);

/** One half alone, or where one was before the split. */
export const endSplit = (model: Model, place: Place): void =>
  model.setState(
    ({ split: _, ...s }) => ({ ...s, place, focus: place === 'overview' ? s.focus : place }),
    true,
  );

/** `showPlace` by somebody who may want to come back. */
export const openPlace = (model: Model, place: Place): void => {
  jumped(model);
  showPlace(model, place);
};

export const focusPane = (model: Model, pane: PaneId): void => model.setState({ focus: pane });

/** Puts the cursor of a pane on a row, wherever that row is or will be. */
export const goToRow = (model: Model, pane: PaneId, key: string): void =>
  changePane(model, pane, {
    filter: '',
    least: undefined,
    cursor: { key, index: paneStateOf(model.getState(), pane).cursor.index },
  });

/** Holds the cursor to the object that it is on, so that a list that moves does not put another one under it. */
export const pinCursor = ({ model, pane, row, index }: Hand): void => {
  const { cursor } = paneStateOf(model.getState(), pane.id);
  if (row === undefined || row.folds !== undefined || cursor.key === row.key) return;
  changePane(model, pane.id, { cursor: { key: row.key, index } });
};
