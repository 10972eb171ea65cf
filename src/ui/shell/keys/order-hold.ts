import type { Millis } from '../../../domain/base/fault.ts';
import type { Cursor, PaneId } from '../../kit/components/cursor.ts';
import { paneState, type UiState, type UiStore } from '../contract/model.ts';
import type { KeyContext } from '../contract/pane.ts';
import { rowKeys, sameItems } from '../contract/row-order.ts';

/** The focused pane and its cursor before a key. */
interface FocusBefore {
  readonly pane: PaneId;
  readonly cursor: Cursor;
}

/** The focused row now, for comparison after a key. */
export const focusBefore = (model: UiStore): FocusBefore => {
  const ui = model.getState();
  return { pane: ui.focus, cursor: paneState(ui, ui.focus).cursor };
};

/** The part of the screen's state after whose change its rows are not held: the user has asked for other rows. */
const orderQuery = (ui: UiState, pane: PaneId): readonly unknown[] => {
  const { filter, least, order, reversed, sortColumn, expandedKeys, options } = paneState(ui, pane);
  return [ui.place, ui.past, filter, least, order, reversed, sortColumn, expandedKeys, options];
};

const hasMoved = (before: Cursor, now: Cursor): boolean =>
  before.key === undefined ? before.index !== now.index : before.key !== now.key;

/**
 * Holds the order of the rows in which the user moves: new data does not sort them again until no key came for a while. A
 * key that asks for other rows (filter, order, an expanded branch) ends the hold.
 */
export const holdOrder = (
  context: KeyContext,
  currentContext: () => KeyContext,
  before: FocusBefore,
  now: Millis,
): void => {
  const { model, pane } = context;
  const ui = model.getState();
  // A card receives the keys, and a pane with its own cursor has no list to hold.
  if (ui.overlay.is !== 'none' || pane.moveCursor !== undefined) return;
  const query = orderQuery(ui, pane.id);
  const hold = ui.orderHold;
  const continues = hold !== undefined && hold.pane === pane.id && sameItems(hold.query, query);
  const moved = before.pane === pane.id && hasMoved(before.cursor, paneState(ui, pane.id).cursor);
  if (hold !== undefined && !continues) model.setState({ orderHold: undefined });
  if (!continues && !moved) return;
  const { rows } = hold === undefined || continues ? context : currentContext();
  const keys = rowKeys(rows);
  model.setState({
    orderHold: {
      pane: pane.id,
      keys: continues && sameItems(hold.keys, keys) ? hold.keys : keys,
      query,
      at: now,
    },
    resorted: undefined,
  });
};
