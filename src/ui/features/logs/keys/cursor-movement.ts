import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { paneState, updatePane } from '../../../model.ts';
import type { KeyContext } from '../../../panes/pane.ts';
import type { PaneRoom } from '../../../panes/pane-row.ts';
import type { RenderContext } from '../../../render-context.ts';
import { layoutLogPane } from '../render-pane.ts';
import { isFollowingTail, logCursorRow, logsPaneId, updateLogView } from '../view-state-access.ts';
import { lastVisibleRow, nextVisibleRow, previousVisibleRow } from '../visible-rows.ts';

/** What comes from now on is counted, and nothing goes from the ring. */
const pause = ({ model, view, commands }: Pick<KeyContext, 'model' | 'view' | 'commands'>): void => {
  const { logs } = view.cockpit;
  if (logs === undefined || !view.ui.logs.follow) return;
  updateLogView(model, { follow: false, pausedAt: logs.ring.end });
  commands.logs.setPaused(true);
};

/** Keeps the newest line in sight again. */
export const followTail = ({ model, commands }: Pick<KeyContext, 'model' | 'commands'>): void => {
  model.setState(({ logs: { pausedAt: _, ...logs } }) => ({ logs: { ...logs, follow: true } }));
  commands.logs.setPaused(false);
};

/** Where the cursor stands in a room as it is drawn now. */
const above = (
  view: RenderContext,
  room: PaneRoom | undefined,
): { readonly above: number; readonly room: number } => {
  if (room === undefined) return { above: view.ui.logs.rowsAbove, room: view.rows };
  const { seen, room: rows } = layoutLogPane(view, room);
  return { above: seen.above, room: rows };
};

/** Puts the cursor on a row; `at`: lines of the screen above it, kept as they are when absent. */
export const setLogCursor = (hand: KeyContext, id: number, at?: number): void => {
  const { model, view } = hand;
  const now = at ?? above(view, hand.focusedRoom()).above;
  pause(hand);
  updatePane(model, logsPaneId, { cursor: { key: String(id), index: 0 } });
  updateLogView(model, {
    rowsAbove: now,
    ...(view.past === undefined ? {} : { movedAtPastTime: view.past.requestedAt }),
  });
};

/** Lets lines stand still as they are in sight now. */
export const pauseFollowing = (hand: KeyContext): void => {
  const id = logCursorRow(hand.view);
  if (id === undefined) pause(hand);
  else setLogCursor(hand, id);
};

/** All of the row under the cursor, which stands still for it; again, its row alone. */
export const toggleLogRow = (hand: KeyContext): void => {
  const { opened } = paneState(hand.view.ui, logsPaneId);
  if (!opened && isFollowingTail(hand.view)) pauseFollowing(hand);
  updatePane(hand.model, logsPaneId, { opened: !opened });
};

/** A row that was gone to stands in the upper third, with what led to it above it. */
export const goToLogRow = (hand: KeyContext, id: number): void => {
  const room = hand.focusedRoom();
  const { room: rows } = above(hand.view, room);
  setLogCursor(hand, id, Math.floor(rows / 3));
};

/** Older lines are asked for where they can be had. Says why not, or that it is done. */
export const loadOlderLines = ({ view, commands, notify: say }: KeyContext) => {
  const { logs } = view.cockpit;
  switch (logs?.older.is) {
    case 'idle':
      commands.logs.loadOlder();
      return say('loading older lines');
    case 'loading':
      return say('already loading older lines');
    case 'start':
      return say('no older lines');
    case 'unable':
      return say(`cannot load older lines: ${logs.older.why}`);
    case undefined:
      return say('no stream is open');
  }
};

/** The row so many steps from one, or as far as there are rows, and how many steps that are. */
const stepped = (
  logs: LogsState,
  from: number,
  step: number,
): { readonly at: number; readonly moved: number } => {
  const one = step > 0 ? nextVisibleRow : previousVisibleRow;
  let [at, moved] = [from, 0];
  for (let next = one(logs, at); next !== undefined && moved < Math.abs(step); next = one(logs, at))
    [at, moved] = [next, moved + 1];
  return { at, moved };
};

const firstRowOf = (logs: LogsState): number | undefined => nextVisibleRow(logs, logs.ring.first - 1);

/** Moves the cursor by so many rows; Infinity: to an end. Up pauses; the very end follows again. */
export const moveLogCursor = (hand: KeyContext, step: number) => {
  const { view } = hand;
  const { logs } = view.cockpit;
  const cursor = logCursorRow(view);
  if (view.ui.place === 'overview') return hand.notify('press enter to open LOGS and move through its lines');
  if (logs === undefined || cursor === undefined) return;
  const isEnd = !Number.isFinite(step);
  if (isEnd && step > 0 && view.past === undefined) return followTail(hand);
  if (step > 0 && isFollowingTail(view)) return;
  const end = step > 0 ? lastVisibleRow(logs) : firstRowOf(logs);
  const { at, moved } = isEnd ? { at: end ?? cursor, moved: 0 } : stepped(logs, cursor, step);
  if (at === cursor) return step < 0 ? loadOlderLines(hand) : undefined;
  const stood = above(view, hand.focusedRoom());
  const to = isEnd ? (step > 0 ? stood.room - 1 : 0) : stood.above + Math.sign(step) * moved;
  setLogCursor(hand, at, Math.max(0, Math.min(stood.room - 1, to)));
};
