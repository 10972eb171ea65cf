import { cardRoom } from '../cards/card.ts';
import { commandIds } from '../command/find.ts';
import { type Cursor, cursorOn, placeOf } from '../cursor.ts';
import type { Hand } from '../keys/binding.ts';
import { environmentNames } from '../overlays/lists.ts';
import type { Overlay } from '../overlays/overlay.ts';
import { type Page, pageOf } from '../overlays/page.ts';
import { foundIds } from '../overlays/palette.ts';

interface ListPage extends Page {
  select(index: number): void;
}

/** The rows of the list on top that are seen, where each of them is one line: under its title, in their order. */
export const listPage = (hand: Hand): ListPage | undefined => {
  const { overlay } = hand.view.ui;
  const page = (
    card: Parameters<typeof pageOf>[0],
    keys: readonly string[],
    cursor: Cursor,
    put: (cursor: Cursor) => Overlay,
  ): ListPage => ({
    ...pageOf(card, keys.length, placeOf(keys, cursor), cardRoom(hand.view.rows)),
    select: (index) => hand.model.setState({ overlay: put(cursorOn(keys, index)) }),
  });
  switch (overlay.is) {
    case 'palette':
      return page('palette', foundIds(hand, overlay), overlay.cursor, (cursor) => ({ ...overlay, cursor }));
    case 'command':
      return page('command', commandIds(hand, overlay), overlay.cursor, (cursor) => ({ ...overlay, cursor }));
    case 'environments':
      return page('environments', environmentNames(hand), overlay.cursor, (cursor) => ({
        ...overlay,
        cursor,
      }));
    default:
      return undefined;
  }
};
