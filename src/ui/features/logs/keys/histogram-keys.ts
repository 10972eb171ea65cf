import type { Millis } from '../../../../domain/base/fault.ts';
import type { LogsState } from '../../../../logs/ring/logs-state.ts';
import { formatPastTime } from '../../../kit/text/past-time.ts';
import { travelTo } from '../../../shell/contract/model.ts';
import type { Binding, KeyContext } from '../../../shell/contract/pane.ts';
import type { PaneRoom } from '../../../shell/contract/pane-row.ts';
import { wallNow } from '../../../shell/contract/render-context.ts';
import { boundKey } from '../../../shell/state/keys-in-text.ts';
import { histogramCellAt, histogramForPane, timeAtCell } from '../view/histogram.ts';
import { layoutLogPane, logBodyLines } from '../view/render-pane.ts';
import { ringRowHead } from '../view/ring-row.ts';
import { logCursorRow, streamUnavailableReason } from '../view/view-state-access.ts';
import { nearestVisibleRow, nextVisibleRow, previousVisibleRow } from '../view/visible-rows.ts';
import { goToLogRow, setLogCursor } from './cursor-movement.ts';

type Strip = NonNullable<ReturnType<typeof histogramForPane>>;

/** The row from which the next bar is looked for: the end of the bar of this time, or its start. */
const barEdge = (
  { ring }: LogsState,
  strip: Strip,
  { time, cursor }: { readonly time: Millis; readonly cursor: number },
  step: 1 | -1,
): number => {
  // Lines before the first bar have none: the next one is the first, and those before are single lines.
  if (time < strip.from) return step < 0 ? cursor : ring.atTime(strip.from);
  const cell = histogramCellAt(strip, time);
  return ring.atTime(strip.from + (step > 0 ? cell + 1 : cell) * strip.step);
};

/** Moves to the nearest line in the next or previous non-empty cell of the histogram. */
const moveCell = (step: 1 | -1) => (context: KeyContext) => {
  const { logs } = context.view.cockpit;
  const cursor = logCursorRow(context.view);
  const room = context.focusedRoom();
  if (logs === undefined || cursor === undefined || room === undefined) return;
  const strip = histogramForPane(context.view, logs, room);
  const time = ringRowHead(logs.ring, cursor)?.at;
  if (strip === undefined || time === undefined)
    return context.notify('there is no histogram, because all lines have the same time');
  const edge = barEdge(logs, strip, { time, cursor }, step);
  const to = step > 0 ? nextVisibleRow(logs, edge - 1) : previousVisibleRow(logs, edge);
  if (to === undefined) return context.notify(`no lines ${step > 0 ? 'after' : 'before'} this bar`);
  goToLogRow(context, to);
};

const liveMs: Millis = 15_000;

const cursorTime = ({ view }: KeyContext): Millis | undefined => {
  const { logs } = view.cockpit;
  const id = logCursorRow(view);
  return logs === undefined || id === undefined ? undefined : ringRowHead(logs.ring, id)?.at;
};

const timeTravelUnavailableReason = (context: KeyContext): string | undefined => {
  const { view } = context;
  if (view.past !== undefined) return 'the panes already show the past: return to live data first';
  if (!view.hasHistory) return 'history is off in config.yaml, so there is no earlier data';
  const time = cursorTime(context);
  if (time === undefined)
    return streamUnavailableReason(context) ?? 'no line is selected: move the cursor to a line';
  return time > wallNow(view) - liveMs ? 'the panes already show the time of this line' : undefined;
};

/** Travels in time to the line under the cursor, in all panes. */
const travelToCursor = (context: KeyContext): void => {
  const time = cursorTime(context);
  if (time === undefined) return;
  travelTo(context.model, time, context.view.now);
  context.notify(
    `all panes show ${formatPastTime(time, wallNow(context.view))} · press ${boundKey(context.view.cockpit, 'past.live', '.')} for live`,
  );
};

/** Keys that move along the histogram. */
export const histogramKeys: readonly Binding[] = [
  {
    id: 'column.left',
    keys: ['h', 'left'],
    description: 'go to the previous bar of the histogram',
    whyNot: streamUnavailableReason,
    run: moveCell(-1),
  },
  {
    id: 'column.right',
    keys: ['l', 'right'],
    description: 'go to the next bar of the histogram',
    whyNot: streamUnavailableReason,
    run: moveCell(1),
  },
  {
    id: 'logs.look-at',
    keys: ['.'],
    description: "show all panes at this line's time",
    whyNot: timeTravelUnavailableReason,
    run: travelToCursor,
  },
];

/** Handles a click: on the histogram goes to its time, on a line selects the line. */
export const handleLogsClick = (context: KeyContext, room: PaneRoom, x: number, line: number) => {
  const { logs } = context.view.cockpit;
  if (logs === undefined || room.form !== 'full') return;
  const sheet = layoutLogPane(context.view, room);
  const strip = histogramForPane(context.view, logs, room);
  const inStrip = line - sheet.head.length;
  const inBody = inStrip - sheet.strip.length;
  if (strip !== undefined && inStrip >= 0 && inBody < 0) {
    const index = timeAtCell(strip, x);
    const id =
      index === undefined
        ? undefined
        : nearestVisibleRow(logs, Math.min(logs.ring.end - 1, logs.ring.atTime(index)));
    return id === undefined ? undefined : goToLogRow(context, id);
  }
  const body = logBodyLines(sheet);
  const id = body[inBody]?.id;
  if (id !== undefined) setLogCursor(context, id, inBody - body.findIndex((entry) => entry.id !== undefined));
};
