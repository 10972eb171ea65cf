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

const pinned = (context: KeyContext, overlay: Overlay): Overlay => {
  switch (overlay.is) {
    case 'runbooks':
      return { ...overlay, cursor: held(orderedRunbookIds(context), overlay.cursor) };
    case 'environments':
      return { ...overlay, cursor: held(selectEnvironmentNames(context), overlay.cursor) };
    case 'palette':
      return { ...overlay, cursor: held(paletteMatchIds(context, overlay), overlay.cursor) };
    case 'command':
      return { ...overlay, cursor: held(matchingCommandIds(context, overlay), overlay.cursor) };
    default:
      return overlay;
  }
};

/** Pins the list cursor to its entry, so that re-sorting does not put another entry under enter. */
const pinListCursor = (context: KeyContext): void => {
  const { overlay } = context.model.getState();
  context.model.setState({ overlay: pinned(context, overlay) });
};

interface ListenerParts {
  readonly model: UiStore;
  currentContext(): KeyContext;
  readonly redraw: RedrawScheduler;
  hearsMouse(): boolean;
}

/** Receives keys and mouse events. */
interface Listener extends KeyListener {
  mouse(event: MouseEvent): void;
}

/** Creates the input listener: handles the event, pins cursors and redraws. */
export const createKeyListener = ({ model, currentContext, redraw, hearsMouse }: ListenerParts): Listener => {
  const done = (): void => {
    const context = currentContext();
    pinCursorToRow(context);
    pinListCursor(context);
    redraw.now();
  };
  return {
    strokes: (keys) => {
      clearNotice(model);
      handleStrokes(currentContext, keys);
      done();
    },
    paste: (text) => {
      clearNotice(model);
      handlePaste(currentContext(), text);
      done();
    },
    mouse: (event) => {
      if (!hearsMouse()) return;
      clearNotice(model);
      recordNavigation(currentContext(), () => handleMouse(currentContext, event));
      done();
    },
  };
};
