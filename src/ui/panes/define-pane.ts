import { formatCount } from '../../domain/format.ts';
import type { FeedKind } from '../../domain/reading.ts';
import type { Row as FactRow } from '../../domain/snapshot.ts';
import {
  type Column,
  foldedRowLine,
  placeColumns,
  tableHeaderLine,
  tableRowLine,
} from '../components/table.ts';
import { cursorRowIndex, type VisibleWindow, visibleWindow } from '../components/window.ts';
import { filterHighlighter } from '../features/filter/highlighter.ts';
import { markedKeys, paneState } from '../model.ts';
import type { RenderContext } from '../render-context.ts';
import { pluralize } from '../text/format.ts';
import { fitLine, lineToText, type StyledLine } from '../text/line.ts';
import type { TextPen } from '../text/pen.ts';
import { memoizePerObject, memoizeRows } from './memoize.ts';
import type { NoteRequest } from './note-lines.ts';
import { onDemandFeedIds } from './note-lines.ts';
import type { Binding, KeyContext, Pane, PaneProblem } from './pane.ts';
import type { PaneOrder } from './pane-query.ts';
import { createPaneQuery } from './pane-query.ts';
import type { ExportTable, PaneForm, PaneRoom, PaneRow, RenderedPane } from './pane-row.ts';
import type { ProblemDescriber } from './problem.ts';
import { isFoldable, pendingLevel } from './ranking.ts';
import { faultCount, paneStatusLines, type RowCounts } from './status-lines.ts';
import { overlayTitle, titleTags } from './title.ts';

/** What tells one pane from another. */
interface PaneSpec<R extends PaneRow> {
  readonly id: string;
  /** Absent: no key opens it. */
  readonly key?: string;
  readonly title: string;
  /** What its rows are, in the plural: 'breakers'. */
  readonly noun: string;
  /** The feeds that its rows come from; absent: not from feeds of one kind, and `states` says how it stands. */
  readonly kind?: FeedKind;
  /** The key of the row that shows a fact of `kind`, where that is not the fact's own: of a group. */
  rowKey?(row: FactRow): string;
  /** What is said below the rows, or in their place, of a pane without a `kind`. */
  statusLines?(view: RenderContext, counted: RowCounts): readonly StyledLine[];
  readonly keys: readonly Binding[];
  /** True: in the overview only where some source gives its kind, or would. */
  readonly optional?: boolean;
  /** The facts that its rows are made from, by identity, where that is less than everything that is known. */
  readonly inputs?: (view: RenderContext) => readonly unknown[];
  /** All rows, worst first (or as `order` says); of a tree those that are unfolded, or `everything`. */
  rows(view: RenderContext, everything?: boolean): readonly R[];
  /** The name of the order in which `rows` gives them. */
  readonly order?: string;
  /** What is wrong with a row, in the pane's words, and since when. */
  readonly problem?: ProblemDescriber<R>;
  /** What enter does on a row, in place of opening it. */
  enter?(hand: KeyContext, row: R): void;
  /** Other orders that `o` offers besides worst first. */
  readonly orders: readonly PaneOrder<R>[];
  columns?(view: RenderContext): number;
  /** What follows the title. */
  caption(view: RenderContext, rows: readonly R[], form: PaneForm, width: number): StyledLine;
  table(view: RenderContext, form: PaneForm, width: number): readonly Column<R>[];
  /** What is told of the row under the cursor, below the table; more when it was opened. */
  details(view: RenderContext, row: R, opened: boolean): readonly StyledLine[];
  /** What findings are made of, where its rows may be groups, or of other environments. */
  findingRows?(view: RenderContext): readonly R[];
  /** What else cannot be seen where the pane is alone: of other environments. */
  extraLines?(view: RenderContext): readonly StyledLine[];
  /** What the details of a row that is opened are asked for; read when it is opened, if nothing reads it anyway. */
  noteRequests?(view: RenderContext, row: R): readonly NoteRequest[];
}

/** A row that stands for several that have nothing to say. */
interface FoldedRow<R> extends PaneRow {
  readonly folded: readonly R[];
}

/** A row as it is shown: one of the pane's own, or several of them in one. */
type DisplayedRow<R extends PaneRow> = R | FoldedRow<R>;

const isFolded = <R extends PaneRow>(row: DisplayedRow<R>): row is FoldedRow<R> => 'folded' in row;

/** What is calm as one row behind the others, when there are at least two of it. */
const foldCalmRows = <R extends PaneRow>(rows: readonly R[]): readonly DisplayedRow<R>[] => {
  const calm = rows.filter(isFoldable);
  if (calm.length < 2) return rows;
  const folded: FoldedRow<R> = {
    key: 'folded',
    level: 'ok',
    label: `${calm.length} OK`,
    text: '',
    foldedKeys: calm.map((row) => row.key),
    folded: calm,
  };
  return [...rows.filter((row) => !isFoldable(row)), folded];
};

/** Outside of a screen there is room for every column. */
const sheetWidth = 200;

const cellText = <R>(column: Column<R>, row: R): string => {
  const cell = column.cell(row);
  return ('text' in cell ? cell.text : lineToText(cell)).trim();
};

/** Rows as a table with every column. */
const sheetOf = <R extends PaneRow>(
  columnsFor: (width: number) => readonly Column<R>[],
  rows: readonly R[],
): ExportTable => {
  const placed = placeColumns(columnsFor(sheetWidth), sheetWidth);
  const columns = placed.map(({ column }) => column);
  const heads = columns.map(({ head }, index) => (head === '' && index === 0 ? 'STATE' : head));
  return {
    heads,
    cells: rows.map((row) => columns.map((column) => cellText(column, row))),
  };
};

/** It is not OK, or about to be so; what stands under it in a tree is told by it. */
const isFinding = (row: PaneRow): boolean =>
  (row.level !== 'ok' || pendingLevel(row) !== undefined) && (row.treePosition?.depth ?? 0) === 0;

/** What is wrong among these rows, in the words of their pane. */
const findingsOf = <R extends PaneRow>(
  rows: readonly R[],
  wrong: ProblemDescriber<R> | undefined,
): readonly PaneProblem[] =>
  rows.filter(isFinding).map((row): PaneProblem => {
    const since = wrong?.since(row);
    const blindBy = wrong?.blindSource?.(row);
    return {
      row,
      ...(since === undefined ? {} : { since }),
      ...(blindBy === undefined ? {} : { blindSource: blindBy }),
      describe: (view) => wrong?.describe(view, row) ?? '',
    };
  });

/** Some source gives this kind, or would if it could be read. */
const isGiven = ({ own }: RenderContext, kind: FeedKind): boolean => {
  if (own === undefined || kind === 'samples' || kind === 'notes') return true;
  const { asked, blind, rows } = own.snapshot.kinds[kind];
  return asked || blind.length > 0 || rows.length > 0;
};

/** Details that do not fit say how many lines of them are out of sight. */
const fittedDetails = (pen: TextPen, details: readonly StyledLine[], room: number): readonly StyledLine[] =>
  details.length <= room || room === 0
    ? details.slice(0, room)
    : [...details.slice(0, room - 1), [pen.run(`   ${details.length - room + 1} more lines`, 'faint')]];

/** Fewer rows than this are not made fewer still by a line that tells of the others. */
const leastToScroll = 4;

/** '   rows 1 to 16 of 23' */
const seenLine = (pen: TextPen, { from, to }: VisibleWindow, all: number): StyledLine => [
  pen.run(`   rows ${formatCount(from + 1)} to ${formatCount(to)} of ${formatCount(all)}`, 'faint'),
];

/** A pane from what tells it from another: filter, order, folding, cursor, title and details are the same for all. */
export const defineKindPane = <R extends PaneRow>(spec: PaneSpec<R>): Pane => {
  const allRows = memoizeRows(spec.id, (view) => spec.rows(view), spec.inputs);
  const everyRow = memoizeRows(spec.id, (view) => spec.rows(view, true), spec.inputs);
  const wanted = createPaneQuery(spec.id, allRows, spec.orders);
  const keptShown = memoizePerObject<readonly DisplayedRow<R>[]>();

  const shownOf = (view: RenderContext, form: PaneForm): readonly DisplayedRow<R>[] => {
    const { rows } = wanted(view);
    return form === 'folded' ? keptShown(rows, [], () => foldCalmRows(rows)) : rows;
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
    // Where room is short, rows that are there speak for themselves.
    return lines.slice(0, form === 'brief' || rows.length === 0 ? 1 : 0);
  };

  const titleLine = (view: RenderContext, room: PaneRoom, head: StyledLine): StyledLine => {
    const { pen } = view;
    const name = pen.run(
      spec.key === undefined ? spec.title : `${spec.key} ${spec.title}`,
      room.focused ? 'focus' : 'title',
    );
    const found = wanted(view);
    const caption = found.rows.length === 0 ? [] : spec.caption(view, found.rows, room.form, room.width);
    const lead = room.focused ? pen.glyph('focus', 'focus') : pen.run(' ');
    // Where there is no room for a line of its own, what is not seen is counted at least, if no row speaks for it.
    const speaks = found.rows.length === 0 || found.rows.some(({ level }) => level === 'unknown');
    const unseen = room.form !== 'folded' || speaks ? 0 : faultCount(view, spec.kind);
    const blind = unseen === 0 ? [] : [pen.run(`  ${pluralize(unseen, 'fault')}`, 'down')];
    const gap = caption.length === 0 ? [] : [pen.run('   '), ...caption];
    const tags = titleTags(view, spec.id, found, () => everyRow(view), room.form);
    const title = overlayTitle([pen.run(' '), ...head], [lead, name, ...tags, ...blind, ...gap]);
    return fitLine(title, room.width, 'plain', pen.ellipsis);
  };

  const draw = (view: RenderContext, room: PaneRoom): RenderedPane => {
    const { pen } = view;
    const rows = shownOf(view, room.form);
    const state = paneState(view.ui, spec.id);
    // A blank before the first column, one behind the last.
    const inner = room.width - 2;
    const placed = placeColumns(spec.table(view, room.form, inner), inner);
    const index = cursorRowIndex(rows, state.cursor);
    const row = rows[index];
    const told = states(view, room.form);
    const details =
      room.form === 'full' && row !== undefined && !isFolded(row)
        ? spec.details(view, row, state.opened)
        : [];
    const fits = Math.max(1, room.height - 1 - told.length);
    const detailRoom = Math.min(details.length, Math.max(0, fits - Math.min(rows.length, 3)));
    const forRows = fits - detailRoom;
    // Rows above and below what is seen are told of where there is room for it.
    const scrolls = room.form === 'full' && rows.length > forRows && forRows >= leastToScroll;
    const seen = visibleWindow(rows.length, scrolls ? forRows - 1 : forRows, room.focused ? index : 0);
    const marks = markedKeys(view.ui, spec.id);
    const withHits = filterHighlighter(state.filter);
    const lines = rows.slice(seen.from, seen.to).map((shown): StyledLine => {
      if (isFolded(shown)) return [pen.run(' '), ...foldedRowLine(placed, shown.folded, pen.ellipsis)];
      const lead = marks.has(shown.key) ? pen.glyph('marked', 'key') : pen.run(' ');
      return [lead, ...withHits(tableRowLine(placed, shown, pen.ellipsis))];
    });
    // Where there is room for one row only, it is the worst one, and the title counts the others.
    const isCut = seen.hidden > 0 && room.form !== 'full' && lines.length > 1;
    if (isCut) lines.splice(-1, 1, [pen.run(`   ${seen.hidden + 1} more · z zoom`, 'faint')]);
    const all = [
      titleLine(view, room, tableHeaderLine(placed, pen.ellipsis)),
      ...lines,
      ...(scrolls ? [seenLine(pen, seen, rows.length)] : []),
      ...told,
      ...fittedDetails(pen, details, detailRoom),
    ];
    const fitted = all.slice(0, room.height).map((line) => fitLine(line, room.width, 'plain', pen.ellipsis));
    const at = 1 + index - seen.from;
    const shown = { from: seen.from, count: lines.length - (isCut ? 1 : 0) };
    return room.focused && rows.length > 0 && at <= lines.length
      ? { lines: fitted, selected: at, rows: shown }
      : { lines: fitted, rows: shown };
  };

  const enter = (hand: KeyContext): void => {
    const row = allRows(hand.view).find(({ key }) => key === hand.row?.key);
    if (row !== undefined) spec.enter?.(hand, row);
  };

  return {
    id: spec.id,
    ...(spec.key === undefined ? {} : { key: spec.key }),
    title: spec.title,
    ...(spec.kind === undefined ? {} : { kind: spec.kind }),
    ...(spec.rowKey === undefined ? {} : { rowKey: spec.rowKey }),
    isAvailable: (view) => spec.optional !== true || spec.kind === undefined || isGiven(view, spec.kind),
    orders: [spec.order ?? 'worst first', ...spec.orders.map((order) => order.name)],
    columnCount: (view) => spec.columns?.(view) ?? 0,
    keys: spec.keys,
    query: wanted,
    everyRow: everyRow,
    table: (view, rows) => {
      const own = new Map(everyRow(view).map((row) => [row.key, row]));
      const known = rows.flatMap(({ key }) => own.get(key) ?? []);
      return sheetOf((width) => spec.table(view, 'full', width), known);
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
    problems: (view) => findingsOf(spec.findingRows?.(view) ?? allRows(view), spec.problem),
    ...(spec.enter === undefined ? {} : { enter }),
  };
};
