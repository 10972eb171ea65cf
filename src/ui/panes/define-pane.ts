import type { FeedKind } from '../../domain/reading.ts';
import type { Row as FactRow } from '../../domain/snapshot.ts';
import { type Column, foldedRowLine, placeTable, tableHeaderLine } from '../components/table.ts';
import { cursorRowIndex, visibleWindow } from '../components/window.ts';
import { unseenChange } from '../features/changes/row-changes.ts';
import { chosenColumns, listColumns } from '../features/columns/column-choice.ts';
import { filterHighlighter } from '../features/filter/highlighter.ts';
import { foreignCellLine, rowRunbookLines, withRowRunbooks } from '../features/runbooks/row-runbooks.ts';
import { boundKey } from '../keys/keys-in-text.ts';
import { markedKeys, paneState } from '../model.ts';
import type { RenderContext } from '../render-context.ts';
import { fitLine, fitStatusLine, type StyledLine } from '../text/line.ts';
import { type DisplayedRow, foldOkRows, isFolded, measuredRows } from './folded-rows.ts';
import { foreignEnvironment } from './foreign-cell.ts';
import { countProblems, type Glance, glanceOf, problemsBefore, type TitleCount } from './glance.ts';
import { countsHome, hasHeadsRow, withoutYieldingHead } from './heads.ts';
import { memoizePerObject, memoizeRows } from './memoize.ts';
import type { NoteRequest } from './note-lines.ts';
import { onDemandFeedIds } from './note-lines.ts';
import { type PaneOrder, selectedOrder, sortableHeads, withSortMark } from './order.ts';
import type { Binding, KeyContext, Pane, PaneCell } from './pane.ts';
import { fittedDetails, minRowsToScroll, seenLine, withFlash } from './pane-lines.ts';
import { createPaneQuery } from './pane-query.ts';
import type { PaneForm, PaneRoom, PaneRow, RenderedPane } from './pane-row.ts';
import { findingsOf, type ProblemDescriber } from './problem.ts';
import { inHeldOrder } from './row-order.ts';
import { sheetOf, sheetWidth } from './sheet.ts';
import { faultCount, paneStatusLines, type RowCounts } from './status-lines.ts';
import { renderTitle, type TitleHeads, titleTags } from './title.ts';

/** The definition of a pane; everything else is common to all panes. */
interface PaneSpec<R extends PaneRow> {
  readonly id: string;
  /** Absent: no key opens it. */
  readonly key?: string;
  readonly title: string;
  /** Plural noun for its rows: 'circuit breakers'. */
  readonly noun: string;
  /** The kind of feeds that provides its rows; absent: no single kind, and `statusLines` reports the state. */
  readonly kind?: FeedKind;
  /** The key of the row that shows a fact of `kind`, if it differs from the fact's key (groups). */
  rowKey?(row: FactRow): string;
  /** Lines between the title and the rows of the full pane: what the rows are about. The rows keep room for a few. */
  head?(view: RenderContext): readonly StyledLine[];
  /** Status lines below the rows, or instead of them, for a pane without a `kind`. */
  statusLines?(view: RenderContext, counted: RowCounts): readonly StyledLine[];
  readonly keys: readonly Binding[];
  /** True: shown in the overview only if a source provides its kind. */
  readonly optional?: boolean;
  /** The facts that the rows depend on, compared by identity; absent: all facts. */
  readonly inputs?: (view: RenderContext) => readonly unknown[];
  /** All rows, worst first (or in `order`); of a tree the expanded ones, or all with `everything`. */
  rows(view: RenderContext, everything?: boolean): readonly R[];
  /** The name of the default order. */
  readonly order?: string;
  /** True: its default order is newest first, and a cursor at the first row follows what comes. */
  readonly followsNewest?: true;
  /** Describes the problem of a row and its start time. */
  readonly problem?: ProblemDescriber<R>;
  /** The row that the pane's key leads to, because the header points at it; undefined: the row visited last. */
  landingRow?(view: RenderContext): string | undefined;
  /** Replaces the default action of enter, which expands the row. */
  enter?(context: KeyContext, row: R): void;
  /** Further orders for `o`, besides the default. */
  readonly orders: readonly PaneOrder<R>[];
  columns?(view: RenderContext): number;
  /** The cell under the cursor, of a pane whose columns are environments. */
  cell?(view: RenderContext, row: R): PaneCell;
  /** Text after the counts of the title, if there is room. */
  caption?(view: RenderContext, rows: readonly R[], form: PaneForm, width: number): string;
  /** The rows by state, for a title with room for words; undefined: by level only. */
  stateCounts?(
    view: RenderContext,
    rows: readonly R[],
    form: PaneForm,
    width: number,
  ): readonly TitleCount[] | undefined;
  /** False: its rows have no levels that the title could count. */
  readonly hasLevels?: false;
  /** True: the title counts the row; absent: it counts all rows. */
  isCounted?(row: R): boolean;
  table(view: RenderContext, form: PaneForm, width: number): readonly Column<R>[];
  /** Details of the selected row, below the table; more lines when expanded. The columns of `view` are those of the pane. */
  details(view: RenderContext, row: R, opened: boolean): readonly StyledLine[];
  /** Lines of the full pane below rows and details: at most `height`. */
  below?(view: RenderContext, row: R, room: Pick<PaneRoom, 'width' | 'height'>): readonly StyledLine[];
  /** Rows to derive problems from, if they differ from `rows` (groups, other environments). */
  findingRows?(view: RenderContext): readonly R[];
  /** Additional status lines of the full pane, such as faults of other environments. */
  extraLines?(view: RenderContext): readonly StyledLine[];
  /** Notes for the details of an expanded row; on-demand feeds are read when the row is expanded. */
  noteRequests?(view: RenderContext, row: R): readonly NoteRequest[];
}

/** A title line without column heads: they are in a row of their own, or there are no rows. */
const noHeads: TitleHeads = { all: [], kept: [] };

/** Rows that stay visible below the lines of `head`. */
const minRowsBelowHead = 4;

/** True if a source provides this kind, even if it currently fails. */
const isGiven = ({ own }: RenderContext, kind: FeedKind): boolean => {
  if (own === undefined || kind === 'samples' || kind === 'notes') return true;
  const { asked, blind, rows } = own.snapshot.kinds[kind];
  return asked || blind.length > 0 || rows.length > 0;
};

/** Creates a pane from its definition. Adds filter, order, folding, cursor, title and details. */
export const defineKindPane = <R extends PaneRow>(spec: PaneSpec<R>): Pane => {
  const allRows = memoizeRows(spec.id, (view) => spec.rows(view), spec.inputs);
  const everyRow = memoizeRows(spec.id, (view) => spec.rows(view, true), spec.inputs);
  const wanted = createPaneQuery(spec.id, allRows, spec.orders, (view) =>
    spec.table(view, 'full', sheetWidth),
  );
  const memoizedCounted = memoizePerObject<readonly R[]>();
  const columnsOf = (view: RenderContext, form: PaneForm, width: number): readonly Column<R>[] =>
    chosenColumns(spec.table(view, form, width), paneState(view.ui, spec.id).columns);
  const memoizedShown = memoizePerObject<readonly DisplayedRow<R>[]>();
  const memoizedIsHeld = memoizePerObject<boolean>();
  const memoizedHeld = memoizePerObject<readonly DisplayedRow<R>[]>();

  const sortedRows = (view: RenderContext, form: PaneForm): readonly DisplayedRow<R>[] => {
    const { rows } = wanted(view);
    return form === 'folded' ? memoizedShown(rows, [], () => foldOkRows(rows)) : rows;
  };
  const shownOf = (view: RenderContext, form: PaneForm): readonly DisplayedRow<R>[] => {
    const { orderHold } = view.ui;
    if (orderHold?.pane !== spec.id) return sortedRows(view, form);
    const { keys } = orderHold;
    const { rows } = wanted(view);
    return memoizedHeld(rows, [form, keys], () =>
      inHeldOrder(form === 'folded' ? foldOkRows(rows, new Set(keys)) : rows, keys),
    );
  };
  /** True if rows are in another order than they would be without the hold. */
  const isOrderHeld = (view: RenderContext, form: PaneForm): boolean => {
    if (view.ui.orderHold?.pane !== spec.id) return false;
    const sorted = sortedRows(view, form);
    const shown = shownOf(view, form);
    return memoizedIsHeld(shown, [sorted], () => shown.some(({ key }, index) => key !== sorted[index]?.key));
  };
  const orderTag = (view: RenderContext, form: PaneForm): StyledLine => {
    if (isOrderHeld(view, form)) return [view.pen.run('  order held', 'key')];
    return view.ui.resorted?.pane === spec.id ? [view.pen.run('  re-sorted', 'key')] : [];
  };

  /** The lines above the rows, as far as they leave room for a few rows. */
  const headOf = (view: RenderContext, room: PaneRoom, rows: number): readonly StyledLine[] => {
    if (room.form !== 'full') return [];
    const most = room.height - 2 - Math.min(rows, minRowsBelowHead);
    return (spec.head?.({ ...view, columns: room.width }) ?? []).slice(0, Math.max(0, most));
  };

  const states = (view: RenderContext, form: PaneForm): readonly StyledLine[] => {
    const { rows, all, filterError: wrong } = wanted(view);
    const counted: RowCounts = {
      all,
      shown: rows.length,
      wrong: view.ui.isFiltering ? undefined : wrong,
      ...paneState(view.ui, spec.id),
    };
    const lines =
      spec.kind === undefined
        ? (spec.statusLines?.(view, counted) ?? [])
        : paneStatusLines(view, spec.kind, spec.noun, counted);
    if (form === 'full') return [...lines, ...(spec.extraLines?.(view) ?? [])];
    // In a small pane, rows take precedence over status lines.
    return lines.slice(0, form === 'brief' || rows.length === 0 ? 1 : 0);
  };

  const countedRows = (view: RenderContext): readonly R[] => {
    const rows = spec.findingRows?.(view) ?? allRows(view);
    const { isCounted } = spec;
    return isCounted === undefined ? rows : memoizedCounted(rows, [], () => rows.filter(isCounted));
  };

  const glance = (view: RenderContext, room: PaneRoom): Glance => {
    const states = spec.stateCounts?.(view, spec.findingRows?.(view) ?? allRows(view), room.form, room.width);
    return { ...glanceOf(countedRows(view), problemsBefore(view, spec.id)), states };
  };

  const titleLine = (view: RenderContext, room: PaneRoom, heads: TitleHeads): StyledLine => {
    const result = wanted(view);
    // Without room for status lines, the title counts the faults, unless an unknown row already shows them.
    return renderTitle(view, room, {
      name: spec.key === undefined ? spec.title : `${spec.key} ${spec.title}`,
      tags: [
        ...orderTag(view, room.form),
        ...titleTags(view, spec.id, result, () => everyRow(view), room.form),
      ],
      faults:
        room.form !== 'folded' ||
        result.rows.length === 0 ||
        result.rows.some(({ level }) => level === 'unknown')
          ? 0
          : faultCount(view, spec.kind),
      glance: spec.hasLevels === false ? undefined : glance(view, room),
      caption:
        result.rows.length === 0 ? '' : (spec.caption?.(view, result.rows, room.form, room.width) ?? ''),
      heads,
    });
  };

  const cell = (view: RenderContext, { key }: PaneRow): PaneCell | undefined => {
    const row = allRows(view).find((one) => one.key === key);
    return row === undefined ? undefined : spec.cell?.(view, row);
  };

  /** Lines below the table; none where the selected cell is of another environment. */
  const belowOf = (
    view: RenderContext,
    row: R,
    room: Pick<PaneRoom, 'width' | 'height'>,
  ): readonly StyledLine[] =>
    foreignEnvironment(view, { cell }, row) === undefined ? (spec.below?.(view, row, room) ?? []) : [];

  /** The details of a row; opened: with its runbooks. A chart gets smaller by their lines. */
  const detailsOf = (view: RenderContext, row: R, opened: boolean): readonly StyledLine[] => {
    const own = opened && spec.enter === undefined ? rowRunbookLines(view, spec.id, row) : [];
    const foreign = foreignEnvironment(view, { cell }, row);
    const runbooks = foreign === undefined || own.length === 0 ? own : [foreignCellLine(view, foreign)];
    const details = spec.details({ ...view, rows: view.rows - runbooks.length }, row, opened);
    return withRowRunbooks(runbooks, details);
  };

  /** Which rows a pane of this size shows, and the lines beside them. */
  const place = (view: RenderContext, room: PaneRoom) => {
    const rows = shownOf(view, room.form);
    const state = paneState(view.ui, spec.id);
    // One blank before the first column and one after the last.
    const inner = room.width - 2;
    const columns = columnsOf(view, room.form, inner);
    const index = cursorRowIndex(rows, state.cursor);
    const row = rows[index];
    const reported = states(view, room.form);
    const details =
      room.form === 'full' && row !== undefined && !isFolded(row)
        ? detailsOf({ ...view, columns: room.width }, row, state.opened)
        : [];
    const head = headOf(view, room, rows.length);
    // Column heads in the title would be above lines that are not theirs.
    const hasHeads = (head.length > 0 && rows.length > 0) || hasHeadsRow(room, columns, rows.length);
    const top = (hasHeads ? 2 : 1) + head.length;
    const fits = Math.max(1, room.height - top - reported.length);
    const detailRoom = Math.min(details.length, Math.max(0, fits - Math.min(rows.length, 3)));
    const forRows = fits - detailRoom;
    // Show the scroll position if there is room for it.
    const scrolls = room.form === 'full' && rows.length > forRows && forRows >= minRowsToScroll;
    const seen = visibleWindow(rows.length, scrolls ? forRows - 1 : forRows, room.focused ? index : 0);
    const count = seen.to - seen.from;
    // With room for one row only, show the worst; the title counts the others.
    const isCut = seen.hidden > 0 && room.form !== 'full' && count > 1;
    const drawn = { from: seen.from, count: count - (isCut ? 1 : 0), top };
    return {
      rows,
      columns,
      inner,
      index,
      row,
      reported,
      details,
      detailRoom,
      head,
      hasHeads,
      scrolls,
      seen,
      isCut,
      drawn,
    };
  };

  const draw = (view: RenderContext, room: PaneRoom): RenderedPane => {
    const { pen } = view;
    const state = paneState(view.ui, spec.id);
    const placedRows = place(view, room);
    const { rows, columns, inner, index, row, reported, head, hasHeads, seen, isCut, drawn } = placedRows;
    // Numbers come first, so a few rows show whether the column has any.
    const order = selectedOrder(state, spec.orders, () => columns, wanted(view).rows.slice(0, 20));
    const visible = rows.slice(seen.from, seen.to);
    const measured = measuredRows(rows, visible).filter((one): one is R => !isFolded(one));
    const table = placeTable(withSortMark(view, columns, order, state.reversed === true), inner, measured, {
      folded: visible.find(isFolded)?.folded ?? [],
      others: () => rows.flatMap((one): readonly R[] => (isFolded(one) ? one.folded : [one])),
    });
    const { placed } = table;
    const marks = markedKeys(view.ui, spec.id);
    const withHits = filterHighlighter(state.filter);
    const lines = visible.map((shown): StyledLine => {
      if (isFolded(shown)) return [pen.run(' '), ...foldedRowLine(placed, shown.folded, pen.ellipsis)];
      const change = view.past === undefined ? unseenChange(view.ui.changes, spec.id, shown) : undefined;
      const mark = change === undefined ? pen.run(' ') : pen.glyph('changed', shown.level);
      const lead = marks.has(shown.key) ? pen.glyph('marked', 'key') : mark;
      const line = [lead, ...withHits(table.line(shown, pen.ellipsis))];
      return change?.flashes === true ? withFlash(line, 1 + (placed[0]?.width ?? 0), shown.level) : line;
    });
    if (isCut)
      lines.splice(-1, 1, [
        pen.run(`   ${seen.hidden + 1} more · ${boundKey(view.cockpit, 'zoom', 'z')} zoom`, 'faint'),
      ]);
    const headLine = tableHeaderLine(placed, pen.ellipsis);
    const kept = (): StyledLine => tableHeaderLine(placed.map(withoutYieldingHead), pen.ellipsis);
    const all = [
      ...(hasHeads
        ? [titleLine(view, room, noHeads), ...head, [pen.run(' '), ...headLine]]
        : rows.length === 0
          ? [titleLine(view, room, noHeads), ...head]
          : [titleLine(view, room, { all: headLine, kept: kept(), home: countsHome(placed) })]),
      ...lines,
      ...(placedRows.scrolls ? [seenLine(pen, seen, rows.length)] : []),
      ...reported.map((line) => fitStatusLine(line, room.width, 'plain', pen.ellipsis)),
      ...fittedDetails(pen, placedRows.details, placedRows.detailRoom),
    ];
    const left = room.height - all.length;
    if (room.form === 'full' && left > 0 && row !== undefined && !isFolded(row))
      all.push(...belowOf(view, row, { width: room.width, height: left }));
    const fitted = all.slice(0, room.height).map((line) => fitLine(line, room.width, 'plain', pen.ellipsis));
    const at = drawn.top + index - seen.from;
    return room.focused && rows.length > 0 && at < drawn.top + lines.length
      ? { lines: fitted, selected: at, rows: drawn }
      : { lines: fitted, rows: drawn };
  };

  const enter = (context: KeyContext): void => {
    const row = allRows(context.view).find(({ key }) => key === context.row?.key);
    if (row !== undefined) spec.enter?.(context, row);
  };

  return {
    id: spec.id,
    ...(spec.key === undefined ? {} : { key: spec.key }),
    title: spec.title,
    ...(spec.kind === undefined ? {} : { kind: spec.kind }),
    ...(spec.rowKey === undefined ? {} : { rowKey: spec.rowKey }),
    isAvailable: (view) => spec.optional !== true || spec.kind === undefined || isGiven(view, spec.kind),
    orders: [spec.order ?? 'worst first', ...spec.orders.map((order) => order.name)],
    sortColumns: (view) => sortableHeads(columnsOf(view, 'full', view.columns - 2)),
    columns: (view) =>
      listColumns(
        spec.table(view, view.ui.place === 'overview' ? 'brief' : 'full', view.columns - 2),
        paneState(view.ui, spec.id).columns,
      ),
    ...(spec.followsNewest === undefined ? {} : { followsNewest: true as const }),
    columnCount: (view) => spec.columns?.(view) ?? 0,
    keys: spec.keys,
    query: wanted,
    everyRow: everyRow,
    table: (view, rows) => {
      const own = new Map(everyRow(view).map((row) => [row.key, row]));
      const known = rows.flatMap(({ key }) => own.get(key) ?? []);
      return sheetOf(columnsOf(view, 'full', sheetWidth), known);
    },
    allRows: allRows,
    rows: (view) => wanted(view).rows,
    displayedRows: shownOf,
    desiredHeight: (view, form) => 1 + shownOf(view, form).length + states(view, form).length,
    detailFeeds: (view, key) => {
      const row = spec.noteRequests === undefined ? undefined : allRows(view).find((one) => one.key === key);
      return row === undefined ? [] : onDemandFeedIds(view, spec.noteRequests?.(view, row) ?? []);
    },
    render: draw,
    visibleRows: (view, room) => place(view, room).drawn,
    ...(spec.hasLevels === false ? {} : { problemCount: (view) => countProblems(countedRows(view)) }),
    // The title counts the same rows.
    problems: (view) => findingsOf(countedRows(view), spec.problem),
    ...(spec.landingRow === undefined ? {} : { landingRow: spec.landingRow }),
    ...(spec.enter === undefined ? { offersRunbooks: true as const } : { enter }),
    ...(spec.cell === undefined ? {} : { cell }),
  };
};
