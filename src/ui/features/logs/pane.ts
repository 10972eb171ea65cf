import type { Pane } from '../../panes/pane.ts';
import type { View } from '../../view.ts';
import { askingLine } from './asking-line.ts';
import { logsId } from './cursor.ts';
import { drawWhole } from './draw.ts';
import { askingField, askingKeys } from './keys/asking.ts';
import { logKeys } from './keys/keys.ts';
import { clickLogs } from './keys/strip-keys.ts';
import { openRow, walk } from './keys/walk.ts';
import { drawBrief } from './overview.ts';
import { bookmarkRows, cursorRows, logSheet } from './rows.ts';

/** From so many columns on it stands in the overview. */
export const overviewFrom = 180;

const hasTails = ({ cockpit }: View): boolean => (cockpit.open?.tails?.length ?? 0) > 0;

/**
 * 8 LOGS: lines of pods, containers, units and files, by time. There may be a million of them, so its rows are never
 * made as a list: what asks for rows gets the one under the cursor, and it moves its cursor itself (`walk`).
 */
export const logsPane: Pane = {
  id: logsId,
  key: '8',
  title: 'LOGS',
  there: (view) => view.columns >= overviewFrom && hasTails(view),
  isColumn: true,
  orders: ['by time'],
  columns: () => 0,
  keys: logKeys,
  without: ['order', 'order.reverse', 'mark.shown'],
  wanted: (view) => ({ rows: cursorRows(view), all: view.cockpit.logs?.lens.shown ?? 0, loosely: false }),
  every: bookmarkRows,
  sheet: logSheet,
  all: cursorRows,
  rows: cursorRows,
  shown: cursorRows,
  wants: (view) => view.rows,
  draw: (view, room) => (room.form === 'full' ? drawWhole(view, room) : drawBrief(view, room)),
  findings: () => [],
  asking: {
    isAsked: ({ ui }) => ui.logs.asking !== undefined,
    keys: askingKeys,
    field: askingField,
    line: askingLine,
  },
  enter: openRow,
  exports:
    'TEXT, CSV and JSON have the marked lines, or the one under the cursor; S saves what is shown, or all',
  walk,
  click: clickLogs,
};
