import type { Millis } from '../../../domain/base/fault.ts';
import { pluralize } from '../../../domain/text/count-text.ts';
import type { Cursor, PaneId } from '../../kit/components/cursor.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import { type RowChange, unseenChange, withoutChanges } from '../contract/row-changes.ts';

/** Time for which a pane has the focus, and a change is shown in it, before it counts as seen with the next key. */
const seenAfterMs: Millis = 2000;

const placeOf = (pane: PaneId, { key, origin }: Pick<PaneRow, 'key' | 'origin'>): RowChange =>
  origin ?? { pane, key };

/** The rows of the focused pane that are on the screen. */
const visibleRows = ({ pane, rows, view, focusedRoom }: KeyContext): KeyContext['rows'] => {
  const room = focusedRoom();
  if (room === undefined) return [];
  const shown = pane.visibleRows === undefined ? pane.render(view, room).rows : pane.visibleRows(view, room);
  return shown === undefined ? [] : rows.slice(shown.from, shown.from + shown.count);
};

/** Notices which changes the user has seen. */
interface SeenWatch {
  /** Called after each key or click, with the cursor of the focused pane before it, unless the focus has changed. */
  used(context: KeyContext, before?: Cursor): void;
}

/** The rows that are seen at `now`: those under the cursor, and the visible ones if the pane was shown for long enough. */
const seenRows = (
  context: KeyContext,
  before: Cursor | undefined,
  now: Millis,
  focusedSince: Millis,
): readonly RowChange[] => {
  const { model, pane, row, rows } = context;
  const left = rows.find(({ key }) => key === before?.key);
  const pointedAt = [row, left].flatMap((paneRow) =>
    paneRow === undefined ? [] : [placeOf(pane.id, paneRow)],
  );
  if (now - focusedSince < seenAfterMs) return pointedAt;
  const isOld = (paneRow: PaneRow): boolean =>
    now - (unseenChange(model.getState().changes, pane.id, paneRow)?.at ?? now) >= seenAfterMs;
  return [
    ...pointedAt,
    ...visibleRows(context)
      .filter(isOld)
      .map((visibleRow) => placeOf(pane.id, visibleRow)),
  ];
};

/**
 * Creates the watch. A key or a click shows that the user is looking: it marks as seen the row under the cursor, before and
 * after it, and the visible rows of the pane that has had the focus for two seconds, if they changed at least as long ago.
 */
export const createSeenWatch = (clock: { now(): Millis }): SeenWatch => {
  let focused: { readonly pane: PaneId; readonly since: Millis } | undefined;
  return {
    used: (context, before) => {
      const { model, pane } = context;
      const now = clock.now();
      // The pane that has the focus at start has had it all along.
      if (focused?.pane !== pane.id)
        focused = { pane: pane.id, since: before === undefined ? now : -Infinity };
      const { changes } = model.getState();
      if (Object.keys(changes).length === 0) return;
      const rest = withoutChanges(changes, seenRows(context, before, now, focused.since));
      if (rest !== changes) model.setState({ changes: rest });
    },
  };
};

/** `*`: marks all changes of all panes as seen. */
export const seenKey: Binding = {
  id: 'changes.seen',
  keys: ['*'],
  description: 'mark all changed rows as seen',
  whyNot: ({ view }) =>
    Object.keys(view.ui.changes).length === 0 ? 'nothing has changed since you last looked' : undefined,
  run: ({ model, notify }) => {
    const count = Object.values(model.getState().changes).reduce((sum, rows) => sum + rows.size, 0);
    model.setState({ changes: {} });
    notify(`${pluralize(count, 'changed row')} marked as seen`);
  },
};
