import { type Cursor, cursorOn, isGone, placeOf } from '../cursor.ts';
import { commandIds } from '../features/command-line/find.ts';
import { foundIds } from '../features/palette/palette.ts';
import type { Hand } from '../panes/pane.ts';
import { environmentNames, offeredIds } from './lists.ts';
import type { Overlay } from './overlay.ts';

const held = (keys: readonly string[], cursor: Cursor): Cursor =>
  cursor.key !== undefined && !isGone(keys, cursor) ? cursor : cursorOn(keys, placeOf(keys, cursor));

const pinned = (hand: Hand, overlay: Overlay): Overlay => {
  switch (overlay.is) {
    case 'runbooks':
      return { ...overlay, cursor: held(offeredIds(hand), overlay.cursor) };
    case 'environments':
      return { ...overlay, cursor: held(environmentNames(hand), overlay.cursor) };
    case 'palette':
      return { ...overlay, cursor: held(foundIds(hand, overlay), overlay.cursor) };
    case 'command':
      return { ...overlay, cursor: held(commandIds(hand, overlay), overlay.cursor) };
    default:
      return overlay;
  }
};

/** Holds the cursor of a list to what it is on: a list that is sorted anew must not put something else under enter. */
export const pinChosen = (hand: Hand): void => {
  const { overlay } = hand.model.getState();
  hand.model.setState({ overlay: pinned(hand, overlay) });
};
