import {
  type MasterDetailCells,
  masterDetailCells,
  masterDetailPlaces,
  renderMasterDetail,
} from '../../kit/components/master-detail.ts';
import {
  alikeRowLine,
  type Column,
  foldedRowLine,
  type PlacedColumn,
  type PlacedTable,
  placeTable,
  tableHeaderLine,
} from '../../kit/components/table.ts';
import { cursorRowIndex, type VisibleWindow } from '../../kit/components/window.ts';
import { fitLine, fitStatusLine, justifyLine, lineWidth, type StyledLine } from '../../kit/text/line.ts';
import { chosenColumns } from '../contract/column-choice.ts';
import { markedKeys, paneState } from '../contract/model.ts';
import type { PaneForm, PaneRoom, PaneRow, RenderedPane } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { unseenChange } from '../contract/row-changes.ts';
import { filterHighlighter } from '../filter/highlighter.ts';
import { ruleLook } from '../layout/rule-look.ts';
import { hasPanelSides } from '../layout/screen-size.ts';
import { boundKey } from '../state/keys-in-text.ts';
import { type DefinedPane, linesBelow, paneHead, paneStates, paneTitle, rowDetails } from './around-rows.ts';
import { type DisplayedRow, isFolded, isOkFold, measuredRows } from './folded-rows.ts';
import { boxesBelowList, openedBoxes } from './opened-boxes.ts';
import { detailBeside } from './opened-detail.ts';
import { selectedOrder, withSortMark } from './order.ts';
import { fittedDetails, seenLine, withFlash } from './pane-lines.ts';
import type { DetailRoom, PaneSpec } from './pane-spec.ts';
import { type PaneContent, placeRows } from './place-rows.ts';

/** One blank before the first column and one after the last. */
const margins = 2;

/** The columns of a pane that the user has not turned off. */
export const paneColumns = <R extends PaneRow>(
  spec: PaneSpec<R>,
  view: RenderContext,
  form: PaneForm,
  width: number,
): readonly Column<R>[] => chosenColumns(spec.table(view, form, width), paneState(view.ui, spec.id).columns);

/** The cells of the list and of the detail beside it; undefined: details are below the rows. */
const detailCells = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  { form, width }: PaneRoom,
): MasterDetailCells | undefined => {
  const beside = form === 'full' ? detailBeside(pane, view) : undefined;
  return beside === undefined || pane.rows.displayed(view, form).length === 0
    ? undefined
    : masterDetailCells(width, hasPanelSides(view), beside.mirrored);
};

/** The rule between the list and the detail; undefined where details are below the rows. */
export const dividerOf = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  room: PaneRoom,
): { readonly cell: number; readonly isListRight: boolean } | undefined => {
  const cells = detailCells(pane, view, room);
  return cells === undefined
    ? undefined
    : { cell: masterDetailPlaces(cells, room.width).divider, isListRight: cells.isMirrored };
};

/** The parts that share the room of a pane with its rows: a detail below them or beside them, or boxes below them. */
type RowsPart = 'all' | 'list' | 'above boxes';

const contentOf = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  room: PaneRoom,
  part: RowsPart,
): PaneContent<R> => {
  const isList = part === 'list';
  const { form, width } = room;
  const rows = pane.rows.displayed(view, form);
  const { cursor, opened } = paneState(view.ui, pane.spec.id);
  const index = cursorRowIndex(rows, cursor);
  const row = rows[index];
  return {
    rows,
    index,
    // The list beside an opened row is as narrow as a pane of the overview.
    columns: paneColumns(
      pane.spec,
      view,
      isList && pane.spec.beside === undefined ? 'brief' : form,
      width - margins,
    ),
    // Beside a list, the detail has its lines.
    head: isList ? [] : paneHead(pane, view, room, rows.length),
    states: paneStates(pane, isList ? { ...view, columns: width } : view, form),
    details:
      form === 'full' && part === 'all' && row !== undefined && !isFolded(row)
        ? rowDetails(pane, { ...view, columns: width }, row, opened)
        : [],
  };
};

/** The visible rows of a pane in this room. */
export const visibleRowsOf = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  room: PaneRoom,
): NonNullable<RenderedPane['rows']> => {
  const boxes = openedBoxes(pane, view, room);
  const above = boxes === undefined ? room : { ...room, height: boxes.list };
  if (boxes !== undefined) return placeRows(contentOf(pane, view, above, 'above boxes'), above).drawn;
  const cells = detailCells(pane, view, room);
  const own = cells === undefined ? room : { ...room, width: cells.list };
  return placeRows(contentOf(pane, view, own, cells === undefined ? 'all' : 'list'), own).drawn;
};

/** The rows of a table that are drawn, and its width in cells. */
interface VisibleTable<R extends PaneRow> {
  readonly visible: readonly DisplayedRow<R>[];
  readonly hasHeads: boolean;
  readonly form: PaneRoom['form'];
  readonly width: number;
}

/**
 * Places the columns for the visible rows, with the mark of the sorted column. Heads that are not drawn take no room. In the
 * overview, where the rows that are seen are few and do not scroll, a column of states without a head is as wide as they are.
 */
const placedTable = <R extends PaneRow>(
  { spec, rows: { query } }: DefinedPane<R>,
  view: RenderContext,
  { rows, columns }: PaneContent<R>,
  { visible, hasHeads, form, width }: VisibleTable<R>,
): PlacedTable<R> => {
  const state = paneState(view.ui, spec.id);
  // Numbers come first, so a few rows show whether the column has any.
  const order = selectedOrder(state, spec.orders, () => columns, query(view).rows.slice(0, 20));
  const measured = measuredRows(rows, visible).flatMap((row): readonly R[] => {
    if (!isFolded(row)) return [row];
    return isOkFold(row) ? [] : row.folded.slice(0, 1);
  });
  const tight =
    form === 'full'
      ? columns
      : columns.map((column) => ({ ...column, isTight: column.isTight === true || column.head === '' }));
  const marked = hasHeads
    ? withSortMark(view, tight, order, state.reversed === true)
    : tight.map((column) => ({ ...column, head: '' }));
  return placeTable(marked, width, measured, {
    folded: visible.filter(isFolded).find(isOkFold)?.folded ?? [],
    alike: visible.flatMap((row) => (isFolded(row) && !isOkFold(row) ? [row.folded] : [])),
    others: () => rows.flatMap((row): readonly R[] => (isFolded(row) ? row.folded : [row])),
  });
};

/** Draws the visible rows: a mark, the cells with hits of the filter, and the flash of a change. */
const rowLines = <R extends PaneRow>(
  pane: string,
  view: RenderContext,
  { placed, line: lineOf }: PlacedTable<R>,
  visible: readonly DisplayedRow<R>[],
): StyledLine[] => {
  const { pen } = view;
  const marks = markedKeys(view.ui, pane);
  const withHits = filterHighlighter(paneState(view.ui, pane).filter);
  return visible.map((shown): StyledLine => {
    if (isFolded(shown)) {
      const foldedLine = isOkFold(shown) ? foldedRowLine : alikeRowLine;
      return [pen.run(' '), ...foldedLine(placed, shown.folded, pen.ellipsis)];
    }
    const change = view.past === undefined ? unseenChange(view.ui.changes, pane, shown) : undefined;
    const mark = change === undefined ? pen.run(' ') : pen.glyph('changed', shown.level);
    const lead = marks.has(shown.key) ? pen.glyph('marked', 'key') : mark;
    const line = [lead, ...withHits(lineOf(shown, pen.ellipsis))];
    return change?.flashes === true ? withFlash(line, 1 + (placed[0]?.width ?? 0), shown.level) : line;
  });
};

/** Draws everything above the rows: the title, the lines of `head`, and the column heads. */
const topLines = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  room: PaneRoom,
  head: readonly StyledLine[],
  heads: readonly PlacedColumn<R>[] | undefined,
): readonly StyledLine[] => {
  const { pen } = view;
  const top = [paneTitle(pane, view, room), ...head];
  return heads === undefined ? top : [...top, [pen.run(' '), ...tableHeaderLine(heads, pen.ellipsis)]];
};

/** The lines around each row of a list: those of the section that it begins, and more lines of its own. */
interface ListParts {
  readonly above: readonly (readonly StyledLine[])[];
  readonly own: readonly (readonly StyledLine[])[];
}

const noParts: ListParts = { above: [], own: [] };

/** The lines around the rows of the list. Those of the rows are left out first if not all of them fit, then those of sections. */
const listParts = <R extends PaneRow>(
  { spec: { beside } }: DefinedPane<R>,
  view: RenderContext,
  rows: readonly R[],
  { width, free }: { readonly width: number; readonly free: number },
): ListParts => {
  const above = rows.map((row, index) => beside?.section?.(view, row, rows[index - 1], width) ?? []);
  const own = rows.map((row) => beside?.linesOf?.(view, row, width) ?? []);
  const left = free - above.flat().length;
  if (left < 0) return noParts;
  return own.flat().length <= left ? { above, own } : { above, own: [] };
};

/** The line of each row, and its number of lines, where the list has lines around its rows. */
const withPlaces = (
  drawn: NonNullable<RenderedPane['rows']>,
  count: number,
  { above, own }: ListParts,
): NonNullable<RenderedPane['rows']> => {
  const lines: number[] = [];
  const heights: number[] = [];
  let next = drawn.top;
  for (let position = 0; position < count; position++) {
    next += above[position]?.length ?? 0;
    const height = 1 + (own[position]?.length ?? 0);
    lines.push(next);
    heights.push(height);
    next += height;
  }
  return { ...drawn, lines, heights };
};

/** True for a row that is OK and was checked. */
const isPlainOk = <R extends PaneRow>(row: DisplayedRow<R>): boolean =>
  row.level === 'ok' &&
  !isFolded(row) &&
  [row.isWithoutData, row.isAwaited, row.isWithoutLimits, row.isNotable].every((mark) => mark !== true);

/** '   4 more ok · z zoom': the rows without room. */
const cutLine = <R extends PaneRow>(
  { pen, cockpit }: RenderContext,
  rows: readonly DisplayedRow<R>[],
  { from, to, hidden }: VisibleWindow,
): StyledLine => {
  const isOk = rows.every((row, index) => (index >= from && index < to - 1) || isPlainOk(row));
  return [
    pen.run(`   ${hidden + 1} more${isOk ? ' ok' : ''} · ${boundKey(cockpit, 'zoom', 'z')} zoom`, 'faint'),
  ];
};

/** Draws the rows of a pane: its title, its table, its states, and what is below. */
const drawRows = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  room: PaneRoom,
  part: RowsPart,
): RenderedPane => {
  const isList = part === 'list';
  const { pen } = view;
  const { width, height } = room;
  const content = contentOf(pane, view, room, part);
  const { rows, index, states, details } = content;
  const { hasHeads, seen, scrolls, isCut, detailRoom, drawn } = placeRows(content, room);
  const visible = rows.slice(seen.from, seen.to);
  const table = placedTable(pane, view, content, {
    visible,
    hasHeads,
    form: room.form,
    width: width - margins,
  });
  const lines = rowLines(pane.spec.id, view, table, visible);
  if (isCut) lines.splice(-1, 1, cutLine(view, rows, seen));
  const free = height - drawn.top - lines.length - states.length;
  const plain = visible.filter((row): row is R => !isFolded(row));
  const parts = isList && !scrolls ? listParts(pane, view, plain, { width, free }) : noParts;
  const all = [
    ...topLines(pane, view, room, content.head, hasHeads ? table.placed : undefined),
    ...lines.flatMap((line, position) => [
      ...(parts.above[position] ?? []),
      line,
      ...(parts.own[position] ?? []),
    ]),
    ...(scrolls ? [seenLine(pen, seen, rows.length)] : []),
    // A key at its end does not touch the border.
    ...states.map((line) => fitLine(fitStatusLine(line, width - 1, 'plain', pen.ellipsis), width)),
    ...fittedDetails(pen, details, detailRoom),
  ];
  const left = height - all.length;
  const row = rows[index];
  const selectedRow = row === undefined || isFolded(row) ? undefined : row;
  if (isList && left > 0)
    all.push(
      ...(detailBeside(pane, view)?.below?.(view, { width, height: left, paneHeight: height }, selectedRow) ??
        []),
    );
  else if (room.form === 'full' && part === 'all' && left > 0 && row !== undefined && !isFolded(row))
    all.push(...linesBelow(pane, view, row, { width, height: left }));
  const fitted = all.slice(0, height).map((line) => fitLine(line, width, 'plain', pen.ellipsis));
  const shown = parts.above.length === 0 ? drawn : withPlaces(drawn, lines.length, parts);
  const place = index - seen.from;
  const position = shown.lines?.[place] ?? drawn.top + place;
  return room.focused && rows.length > 0 && place < lines.length
    ? { lines: fitted, selected: position, selectedLines: shown.heights?.[place] ?? 1, rows: shown }
    : { lines: fitted, rows: shown };
};

/** The title of a detail in the upper rule, and its lines. */
const detailLines = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  row: R,
  room: DetailRoom,
): readonly StyledLine[] => {
  const { pen } = view;
  const beside = detailBeside(pane, view);
  const { width, height } = room;
  if (beside === undefined) return [];
  const { name, note } = beside.title({ ...view, columns: width }, row);
  const end = lineWidth(note) === 0 ? [] : [...note, pen.run('  ')];
  const title = justifyLine([pen.run(' '), ...name], end, width - 1, 'plain', pen.ellipsis);
  return [title, ...beside.lines({ ...view, columns: width }, row, { ...room, height: height - 1 })];
};

/** Draws a pane in its room: its rows, and the detail of the selected one below them or beside them. */
export const drawPane = <R extends PaneRow>(
  pane: DefinedPane<R>,
  view: RenderContext,
  room: PaneRoom,
): RenderedPane => {
  const boxes = openedBoxes(pane, view, room);
  if (boxes !== undefined) {
    const list = drawRows(pane, view, { ...room, height: boxes.list }, 'above boxes');
    const blank = Array.from({ length: boxes.list - list.lines.length }, () => fitLine([], room.width));
    const below = boxesBelowList(view, boxes, room);
    return { ...list, hasBoxes: true, lines: [...list.lines, ...blank, ...below] };
  }
  const cells = detailCells(pane, view, room);
  if (cells === undefined) return drawRows(pane, view, room, 'all');
  const { height, focused } = room;
  const { lines: list, ...drawn } = drawRows(pane, view, { ...room, width: cells.list }, 'list');
  const rows = pane.rows.displayed(view, room.form);
  const row = rows[cursorRowIndex(rows, paneState(view.ui, pane.spec.id).cursor)];
  const detail =
    row === undefined || isFolded(row)
      ? []
      : detailLines(pane, view, row, { width: cells.detail, height, paneWidth: room.width });
  if (room.isRead === true) return { ...drawn, lines: [...list, ...detail] };
  const look = ruleLook(view);
  return {
    ...drawn,
    list: { from: masterDetailPlaces(cells, room.width).listStart, width: cells.list },
    lines: renderMasterDetail(view.pen, { list, detail, cells, height, look, focused }),
  };
};
