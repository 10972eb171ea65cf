import { type Cursor, cursorOn, isGone, placeOf } from '../cursor.ts';
import { commandIds } from '../features/command-line/find.ts';
import { keepingTrail } from '../features/environments/travel.ts';
import { foundIds } from '../features/palette/palette.ts';
import { forgetNotice, type Model } from '../model.ts';
import { environmentNames, offeredIds } from '../overlays/lists.ts';
import type { Overlay } from '../overlays/overlay.ts';
import type { Hand } from '../panes/pane.ts';
import { mouseDid } from '../terminal/mouse/act.ts';
import type { MouseEvent } from '../terminal/mouse/input.ts';
import type { Redraw } from '../terminal/redraw.ts';
import { pinCursor } from './places.ts';
import { paste, press } from './press.ts';
import type { KeyListener } from './use-keys.ts';

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
const pinChosen = (hand: Hand): void => {
  const { overlay } = hand.model.getState();
  hand.model.setState({ overlay: pinned(hand, overlay) });
};

interface ListenerParts {
  readonly model: Model;
  handNow(): Hand;
  readonly redraw: Redraw;
  hearsMouse(): boolean;
}

/** What hears keys and the mouse. */
interface Listener extends KeyListener {
  mouse(event: MouseEvent): void;
}

/** What happens with what is typed, pasted or clicked: it is done, what was chosen is held on to, and the screen drawn. */
export const createListener = ({ model, handNow, redraw, hearsMouse }: ListenerParts): Listener => {
  const done = (): void => {
    const hand = handNow();
    pinCursor(hand);
    pinChosen(hand);
    redraw.now();
  };
  return {
    strokes: (keys) => {
      forgetNotice(model);
      press(handNow, keys);
      done();
    },
    paste: (text) => {
      forgetNotice(model);
      paste(handNow(), text);
      done();
    },
    mouse: (event) => {
      if (!hearsMouse()) return;
      forgetNotice(model);
      keepingTrail(handNow(), () => mouseDid(handNow, event));
      done();
    },
  };
};
