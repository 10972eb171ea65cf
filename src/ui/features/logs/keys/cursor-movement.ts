import { defined } from '../../../../domain/base/defined.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { paneState, updatePane } from '../../../shell/contract/model.ts';
import type { KeyContext } from '../../../shell/contract/pane.ts';
import type { PaneRoom } from '../../../shell/contract/pane-row.ts';
import type { RenderContext } from '../../../shell/contract/render-context.ts';
import { layoutLogPane } from '../view/render-pane.ts';
import { isFollowingTail, logCursorRow, logsPaneId, updateLogView } from '../view/view-state-access.ts';
import { lastVisibleRow, nextVisibleRow, previousVisibleRow } from '../view/visible-rows.ts';

/** Pauses following. New lines are counted, and the ring evicts nothing. */
const pause = ({ model, view, commands }: Pick<KeyContext, 'model' | 'view' | 'commands'>): void => {
  const { logs } = view.cockpit;
  if (logs === undefined || !view.ui.logs.follow) return;
  updateLogView(model, { follow: false, pausedAt: logs.ring.end });
  commands.logs.setPaused(true);
};

/** Follows the newest line again. */
export const followTail = ({ model, commands }: Pick<KeyContext, 'model' | 'commands'>): void => {
  model.setState(({ logs: { pausedAt: _, ...logs } }) => ({ logs: { ...logs, follow: true } }));
  commands.logs.setPaused(false);
};

/** The cursor's distance from the top and the number of row lines in the current layout. */
const above = (
  view: RenderContext,
  room: PaneRoom | undefined,
): { readonly above: number; readonly room: number } => {
  if (room === undefined) return { above: view.ui.logs.rowsAbove, room: view.rows };
  const { seen, room: rows } = layoutLogPane(view, room);
  return { above: seen.above, room: rows };
};

/** Moves the cursor to a row. `at`: screen lines above it; unchanged if absent. */
export const setLogCursor = (context: KeyContext, id: number, position?: number): void => {
  const { model, view } = context;
  const now = position ?? above(view, context.focusedRoom()).above;
  pause(context);
  updatePane(model, logsPaneId, { cursor: { key: String(id), index: 0 } });
  updateLogView(model, {
    rowsAbove: now,
    ...defined({ movedAtPastTime: view.past?.requestedAt }),
  });
};

/** Pauses at the lines shown now. */
export const pauseFollowing = (context: KeyContext): void => {
  const id = logCursorRow(context.view);
  if (id === undefined) pause(context);
  else setLogCursor(context, id);
};

/** Toggles the details of the row under the cursor; opening pauses following. */
export const toggleLogRow = (context: KeyContext): void => {
  const { opened } = paneState(context.view.ui, logsPaneId);
  if (!opened && isFollowingTail(context.view)) pauseFollowing(context);
  updatePane(context.model, logsPaneId, { opened: !opened });
};

/** Screen lines above a row that was gone to: it is in the upper third, below the lines that led to it. */
export const linesAboveTarget = (context: KeyContext): number =>
  Math.floor(above(context.view, context.focusedRoom()).room / 3);

/** Moves the cursor to a row and shows it in the upper third. */
export const goToLogRow = (context: KeyContext, id: number): void =>
  setLogCursor(context, id, linesAboveTarget(context));

/** Requests older lines, and shows a message if none are available. */
export const loadOlderLines = ({ view, commands, notify: say }: KeyContext) => {
  const { logs } = view.cockpit;
  switch (logs?.older.is) {
    case 'idle':
      commands.logs.loadOlder();
      return say('loading older lines');
    case 'loading':
      return say('older lines are already loading');
    case 'start':
      return say('the source has no lines older than these');
    case 'unable':
      return say(`cannot load older lines: ${logs.older.why}`);
    case undefined:
      return say('no stream is open: open all streams with :logs');
  }
};

/** The row `step` rows away, clamped to the ends, and the number of rows moved. */
const stepped = (
  logs: LogsState,
  from: number,
  step: number,
): { readonly at: number; readonly moved: number } => {
  const neighborOf = step > 0 ? nextVisibleRow : previousVisibleRow;
  let time = from;
  let moved = 0;
  for (
    let next = neighborOf(logs, time);
    next !== undefined && moved < Math.abs(step);
    next = neighborOf(logs, time)
  )
    [time, moved] = [next, moved + 1];
  return { at: time, moved };
};

const firstRowOf = (logs: LogsState): number | undefined => nextVisibleRow(logs, logs.ring.first - 1);

/** Moves the cursor by `step` rows; Infinity moves to an end. Moving up pauses; the last line resumes following. */
export const moveLogCursor = (context: KeyContext, step: number) => {
  const { view } = context;
  const { logs } = view.cockpit;
  const cursor = logCursorRow(view);
  if (view.ui.place === 'overview')
    return context.notify('press enter to open Logs and move through the lines');
  if (logs === undefined || cursor === undefined) return;
  const isEnd = !Number.isFinite(step);
  if (isEnd && step > 0 && view.past === undefined) return followTail(context);
  if (step > 0 && isFollowingTail(view)) return;
  const end = step > 0 ? lastVisibleRow(logs) : firstRowOf(logs);
  const { at, moved } = isEnd ? { at: end ?? cursor, moved: 0 } : stepped(logs, cursor, step);
  if (at === cursor) return step < 0 ? loadOlderLines(context) : undefined;
  const position = above(view, context.focusedRoom());
  const to = isEnd ? (step > 0 ? position.room - 1 : 0) : position.above + Math.sign(step) * moved;
  setLogCursor(context, at, Math.max(0, Math.min(position.room - 1, to)));
};
