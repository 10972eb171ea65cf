import type { Clock } from '../../../platform/runtime/clock.ts';
import { type Cursor, cursorAt, cursorIndexIn, isCursorTargetGone } from '../../kit/components/cursor.ts';
import { createSeenWatch } from '../changes/seen.ts';
import { listOfOverlay } from '../contract/dialog.ts';
import type { Features } from '../contract/features.ts';
import { clearNotice, type UiStore } from '../contract/model.ts';
import type { KeyContext } from '../contract/pane.ts';
import { currentActiveKeys, handlePaste, handleStrokes } from '../keys/dispatch.ts';
import { focusBefore, holdOrder } from '../keys/order-hold.ts';
import { noteKey } from '../keys/seen-frame.ts';
import type { Stroke } from '../keys/strokes.ts';
import { recordNavigation } from '../navigation/navigate.ts';
import { pinCursorToRow } from '../navigation/navigation.ts';
import type { MouseEvent } from '../terminal/mouse/input.ts';
import type { RedrawScheduler } from '../terminal/redraw-scheduler.ts';
import { handleMouse } from './handle-mouse.ts';
import type { KeyListener } from './use-keys.ts';

const held = (keys: readonly string[], cursor: Cursor): Cursor =>
  cursor.key !== undefined && !isCursorTargetGone(keys, cursor)
    ? cursor
    : cursorAt(keys, cursorIndexIn(keys, cursor));

/** Pins the list cursor to its entry, so that re-sorting does not put another entry under enter. */
const pinListCursor = (context: KeyContext): void => {
  const list = listOfOverlay(context.view.features.dialogs, context, context.model.getState().overlay);
  if (list === undefined) return;
  const { overlay, entries } = list;
  context.model.setState({ overlay: { ...overlay, cursor: held(entries, overlay.cursor) } });
};

interface ListenerParts {
  readonly features: Features;
  readonly model: UiStore;
  readonly clock: Pick<Clock, 'now'>;
  currentContext(): KeyContext;
  readonly redraw: RedrawScheduler;
  hearsMouse(): boolean;
}

/** Receives keys and mouse events. */
interface Listener extends KeyListener {
  mouse(event: MouseEvent): void;
}

/** Creates the input listener: handles the event, pins cursors and redraws. */
export const createKeyListener = (parts: ListenerParts): Listener => {
  const { features, model, clock, currentContext, redraw, hearsMouse } = parts;
  const seen = createSeenWatch(clock);
  /** Handles an event of the user and everything that follows from it. */
  const handle = (event: () => void, key?: Stroke): void => {
    clearNotice(model);
    const before = focusBefore(model);
    const seenKey = features.watchKey(model);
    event();
    const context = currentContext();
    seenKey(context);
    noteKey(context, currentActiveKeys(context), key);
    pinCursorToRow(context);
    pinListCursor(context);
    holdOrder(context, currentContext, before, clock.now());
    if (before.pane === context.pane.id) seen.used(context, before.cursor);
    else seen.used(context);
    redraw.now();
  };
  return {
    strokes: (keys, earlier) => handle(() => handleStrokes(currentContext, keys, earlier), keys.at(-1)),
    paste: (text) => handle(() => handlePaste(currentContext(), text)),
    mouse: (event) => {
      if (hearsMouse())
        handle(() => recordNavigation(currentContext(), () => handleMouse(currentContext, event)));
    },
  };
};
