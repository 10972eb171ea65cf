import type { UiStore } from '../../../shell/contract/model.ts';
import { paneState } from '../../../shell/contract/model.ts';
import type { KeyContext } from '../../../shell/contract/pane.ts';
import type { RenderContext } from '../../../shell/contract/render-context.ts';
import { selectedPattern } from './selected-pattern.ts';
import type { LogViewState } from './view-state.ts';
import { lastVisibleRow, nearestVisibleRow } from './visible-rows.ts';

/** The reason why keys that act on lines are unavailable, or undefined. */
export const streamUnavailableReason = ({ view }: KeyContext): string | undefined =>
  view.cockpit.logs === undefined ? 'no stream is open: open all streams with :logs' : undefined;

/** Updates the view state of Logs. */
export const updateLogView = (model: UiStore, change: Partial<LogViewState>): void =>
  model.setState(({ logs }) => ({ logs: { ...logs, ...change } }));

export const logsPaneId = 'logs';

/** The last row written before the displayed past time. */
const rowAtPastTime = (view: RenderContext): number | undefined => {
  const { past, cockpit } = view;
  if (past === undefined || cockpit.logs === undefined) return undefined;
  const { ring } = cockpit.logs;
  return nearestVisibleRow(
    cockpit.logs,
    Math.max(ring.first, ring.atTime((past.at ?? past.requestedAt) + 1) - 1),
  );
};

/** True during time travel until the cursor is moved: it stays on the displayed past time. */
export const isPinnedToPastTime = ({ past, ui }: RenderContext): boolean =>
  past !== undefined && ui.logs.movedAtPastTime !== past.requestedAt;

/** True while the newest line is kept visible. */
export const isFollowingTail = (view: RenderContext): boolean =>
  view.ui.logs.follow && view.past === undefined;

/** Id of the row under the cursor, of a pattern its newest line; undefined if no line passes the filter. */
export const logCursorRow = (view: RenderContext): number | undefined => {
  const { logs } = view.cockpit;
  if (logs === undefined) return undefined;
  if (logs.arrangement === 'patterns') return selectedPattern(view)?.newest ?? lastVisibleRow(logs);
  if (isPinnedToPastTime(view)) return rowAtPastTime(view);
  const { key } = paneState(view.ui, logsPaneId).cursor;
  if (isFollowingTail(view) || key === undefined) return lastVisibleRow(logs);
  const { ring } = logs;
  return nearestVisibleRow(logs, Math.max(ring.first, Math.min(ring.end - 1, Number(key))));
};
