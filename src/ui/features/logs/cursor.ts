import type { Model } from '../../model.ts';
import { paneStateOf } from '../../model.ts';
import type { Hand } from '../../panes/pane.ts';
import type { View } from '../../view.ts';
import type { LogLook } from './look.ts';
import { lastRow, nearestRow } from './steps.ts';

/** Why a key that is about lines cannot be used, or undefined. */
export const noStream = ({ view }: Hand): string | undefined =>
  view.cockpit.logs === undefined ? 'no stream is open' : undefined;

/** Changes how lines are looked at. */
export const changeLook = (model: Model, change: Partial<LogLook>): void =>
  model.setState(({ logs }) => ({ logs: { ...logs, ...change } }));

export const logsId = 'logs';

/** The row at an earlier moment that is looked at: the last one that had been written then. */
const rowAtMoment = (view: View): number | undefined => {
  const { past, cockpit } = view;
  if (past === undefined || cockpit.logs === undefined) return undefined;
  const { ring } = cockpit.logs;
  return nearestRow(cockpit.logs, Math.max(ring.first, ring.atTime((past.at ?? past.wanted) + 1) - 1));
};

/** An earlier moment is looked at, and the cursor has not been moved since: it lies where that moment is. */
export const isHeldByMoment = ({ past, ui }: View): boolean =>
  past !== undefined && ui.logs.movedIn !== past.wanted;

/** The newest line stays in sight. */
export const isFollowing = (view: View): boolean => view.ui.logs.follow && view.past === undefined;

/** Id of the row under the cursor; undefined when no line passes. */
export const cursorRow = (view: View): number | undefined => {
  const { logs } = view.cockpit;
  if (logs === undefined) return undefined;
  if (isHeldByMoment(view)) return rowAtMoment(view);
  const { key } = paneStateOf(view.ui, logsId).cursor;
  if (isFollowing(view) || key === undefined) return lastRow(logs);
  const { ring } = logs;
  return nearestRow(logs, Math.max(ring.first, Math.min(ring.end - 1, Number(key))));
};
