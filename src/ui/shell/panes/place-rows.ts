import type { Column } from '../../kit/components/table.ts';
import { type VisibleWindow, visibleWindow } from '../../kit/components/window.ts';
import type { StyledLine } from '../../kit/text/line.ts';
import type { PaneRoom, PaneRow, RenderedPane } from '../contract/pane-row.ts';
import { type DisplayedRow, isOkFold, isProblemRow, summarizeRows } from './folded-rows.ts';
import { hasHeadsRow } from './heads.ts';
import { minRowsToScroll } from './pane-lines.ts';

/** The rows of a pane, and the lines that share its room with them. */
export interface PaneContent<R extends PaneRow> {
  readonly rows: readonly DisplayedRow<R>[];
  /** The index of the row under the cursor. */
  readonly index: number;
  readonly columns: readonly Column<R>[];
  /** Lines between the title and the rows. */
  readonly head: readonly StyledLine[];
  /** Status lines below the rows. */
  readonly states: readonly StyledLine[];
  /** Details of the row under the cursor. */
  readonly details: readonly StyledLine[];
}

/** The lines of a pane that each part of it gets. */
interface RowPlaces {
  /** True: the column heads have a row, below the title. */
  readonly hasHeads: boolean;
  readonly seen: VisibleWindow;
  /** True: a line has the scroll position. */
  readonly scrolls: boolean;
  /** True: the last line of the rows has the number of hidden ones. */
  readonly isCut: boolean;
  /** Number of lines for details. */
  readonly detailRoom: number;
  readonly drawn: NonNullable<RenderedPane['rows']>;
}

/** True if problems are outside of the window; where every row is OK, if rows are that no folded one counts. */
const missesRows = (rows: readonly PaneRow[], { from, to, hidden }: VisibleWindow): boolean => {
  const { problems, okFolds } = summarizeRows(rows);
  const visible = rows.slice(from, to);
  return problems > 0
    ? problems > visible.filter(isProblemRow).length
    : hidden > okFolds - visible.filter(isOkFold).length;
};

/** Places the rows of a pane in its room: which of them are visible, and the lines beside them. */
export const placeRows = <R extends PaneRow>(
  { rows, index, columns, head, states, details }: PaneContent<R>,
  room: PaneRoom,
): RowPlaces => {
  const hasHeads = rows.length > 0 && hasHeadsRow(room, columns, head.length + rows.length + states.length);
  const top = (hasHeads ? 2 : 1) + head.length;
  const fits = Math.max(1, room.height - top - states.length);
  const detailRoom = Math.min(details.length, Math.max(0, fits - Math.min(rows.length, 3)));
  const forRows = fits - detailRoom;
  // Show the scroll position if there is room for it.
  const scrolls = room.form === 'full' && rows.length > forRows && forRows >= minRowsToScroll;
  const seen = visibleWindow(rows.length, scrolls ? forRows - 1 : forRows, room.focused ? index : 0);
  const count = seen.to - seen.from;
  // With room for one row only, show the worst; the title counts the others. It counts OK rows below problems, too.
  const isCut = room.form !== 'full' && count > 1 && missesRows(rows, seen);
  const drawn = { from: seen.from, count: count - (isCut ? 1 : 0), top };
  return { hasHeads, seen, scrolls, isCut, detailRoom, drawn };
};
