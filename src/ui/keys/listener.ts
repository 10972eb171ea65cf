import { type Cursor, cursorAt, cursorIndexIn, isCursorTargetGone } from '../cursor.ts';
import { matchingCommandIds } from '../features/command-line/completion.ts';
import { recordNavigation } from '../features/environments/navigate.ts';
import { paletteMatchIds } from '../features/palette/palette.ts';
import { clearNotice, type UiStore } from '../model.ts';
import { orderedRunbookIds, selectEnvironmentNames } from '../overlays/lists.ts';
import type { Overlay } from '../overlays/overlay.ts';
import type { KeyContext } from '../panes/pane.ts';
import { handleMouse } from '../terminal/mouse/handle-mouse.ts';
import type { MouseEvent } from '../terminal/mouse/input.ts';
import type { RedrawScheduler } from '../terminal/redraw-scheduler.ts';
import { handlePaste, handleStrokes } from './dispatch.ts';
import { pinCursorToRow } from './navigation.ts';
import type { KeyListener } from './use-keys.ts';

const held = (keys: readonly string[], cursor: Cursor): Cursor =>
  cursor.key !== undefined && !isCursorTargetGone(keys, cursor)
    ? cursor
    : cursorAt(keys, cursorIndexIn(keys, cursor));

const pinned = (hand: KeyContext, overlay: Overlay): Overlay => {
  switch (overlay.is) {
    case 'runbooks':
      return { ...overlay, cursor: held(orderedRunbookIds(hand), overlay.cursor) };
    case 'environments':
      return { ...overlay, cursor: held(selectEnvironmentNames(hand), overlay.cursor) };
    case 'palette':
      return { ...overlay, cursor: held(paletteMatchIds(hand, overlay), overlay.cursor) };
    case 'command':
      return { ...overlay, cursor: held(matchingCommandIds(hand, overlay), overlay.cursor) };
    default:
      return overlay;
  }
};

/** Pins the list cursor to its entry, so that re-sorting does not put another entry under enter. */
const pinListCursor = (hand: KeyContext): void => {
  const { overlay } = hand.model.getState();
  hand.model.setState({ overlay: pinned(hand, overlay) });
};

interface ListenerParts {
  readonly model: UiStore;
  handNow(): KeyContext;
  readonly redraw: RedrawScheduler;
  hearsMouse(): boolean;
}

/** Receives keys and mouse events. */
interface Listener extends KeyListener {
  mouse(event: MouseEvent): void;
}

/** Creates the input listener: handles the event, pins cursors and redraws. */
export const createKeyListener = ({ model, handNow, redraw, hearsMouse }: ListenerParts): Listener => {
  const done = (): void => {
    const hand = handNow();
    pinCursorToRow(hand);
    pinListCursor(hand);
    redraw.now();
  };
  return {
    strokes: (keys) => {
      clearNotice(model);
      handleStrokes(handNow, keys);
      done();
    },
    paste: (text) => {
      clearNotice(model);
      handlePaste(handNow(), text);
      done();
    },
    mouse: (event) => {
      if (!hearsMouse()) return;
      clearNotice(model);
      recordNavigation(handNow(), () => handleMouse(handNow, event));
      done();
    },
  };
};
