import { changePane, type Model, type PaneId, type Place, paneStateOf } from '../model.ts';
import { firstInBands, isInBands } from '../panes/bands.ts';
import type { Hand } from './binding.ts';

/** In the overview the pane that one comes from, if that stands there; a pane in the middle has the focus itself. */
const focusAt = (place: Place, was: PaneId): PaneId => {
  if (place !== 'overview') return place;
  return isInBands(was) ? was : firstInBands;
};

/** Puts a pane (or the overview) into the middle. */
export const openPlace = (model: Model, place: Place): void =>
  model.setState((s) => ({ place, focus: focusAt(place, s.focus), filtering: false }));

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
