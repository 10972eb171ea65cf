import type { UiStore } from '../../model.ts';
import { paneState } from '../../model.ts';
import type { KeyContext } from '../../panes/pane.ts';
import type { RenderContext } from '../../render-context.ts';
import type { LogViewState } from './view-state.ts';
import { lastVisibleRow, nearestVisibleRow } from './visible-rows.ts';

/** Why a key that is about lines cannot be used, or undefined. */
export const streamUnavailableReason = ({ view }: KeyContext): string | undefined =>
  view.cockpit.logs === undefined ? 'no stream is open' : undefined;

/** Changes how lines are looked at. */
export const updateLogView = (model: UiStore, change: Partial<LogViewState>): void =>
  model.setState(({ logs }) => ({ logs: { ...logs, ...change } }));

export const logsPaneId = 'logs';

/** The row at an earlier moment that is looked at: the last one that had been written then. */
const rowAtMoment = (view: RenderContext): number | undefined => {
  const { past, cockpit } = view;
  if (past === undefined || cockpit.logs === undefined) return undefined;
  const { ring } = cockpit.logs;
  return nearestVisibleRow(
    cockpit.logs,
    Math.max(ring.first, ring.atTime((past.at ?? past.requestedAt) + 1) - 1),
  );
};

/** An earlier moment is looked at, and the cursor has not been moved since: it lies where that moment is. */
export const isPinnedToPastTime = ({ past, ui }: RenderContext): boolean =>
  past !== undefined && ui.logs.movedAtPastTime !== past.requestedAt;

/** The newest line stays in sight. */
export const isFollowingTail = (view: RenderContext): boolean =>
  view.ui.logs.follow && view.past === undefined;

/** Id of the row under the cursor; undefined when no line passes. */
export const logCursorRow = (view: RenderContext): number | undefined => {
  const { logs } = view.cockpit;
  if (logs === undefined) return undefined;
  if (isPinnedToPastTime(view)) return rowAtMoment(view);
  const { key } = paneState(view.ui, logsPaneId).cursor;
  if (isFollowingTail(view) || key === undefined) return lastVisibleRow(logs);
  const { ring } = logs;
  return nearestVisibleRow(logs, Math.max(ring.first, Math.min(ring.end - 1, Number(key))));
};
