import { defined } from '../../../domain/base/defined.ts';
import type { FeedKind } from '../../../domain/facts/reading.ts';
import { listColumns } from '../contract/column-choice.ts';
import { paneState } from '../contract/model.ts';
import type { KeyContext, Pane } from '../contract/pane.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { hasPanelSides } from '../layout/screen-size.ts';
import { type DefinedPane, paneCell, paneStates } from './around-rows.ts';
import { dividerOf, drawPane, paneColumns, visibleRowsOf } from './draw-pane.ts';
import { withFieldColumns } from './field-columns.ts';
import { summarizeRows } from './folded-rows.ts';
import { countProblems } from './glance.ts';
import { onDemandFeedIds } from './note-lines.ts';
import { openedBoxes, openedOutlines } from './opened-boxes.ts';
import { orderNames, sortableHeads } from './order.ts';
import { createPaneRows } from './pane-rows.ts';
import type { PaneSpec } from './pane-spec.ts';
import { findingsOf } from './problem.ts';
import { sheetOf, sheetWidth } from './sheet.ts';

/** True if a source provides this kind, even if it currently fails. */
const isGiven = ({ own }: RenderContext, kind: FeedKind): boolean => {
  if (own === undefined || kind === 'samples' || kind === 'notes') return true;
  const { isProvided, faults, rows } = own.snapshot.kinds[kind];
  return isProvided || faults.length > 0 || rows.length > 0;
};

/** Minimum height of a terminal whose panes ask for a row of column heads; below it they show it where rows are left. */
const minRowsForHeads = 30;

/** True if the box of a pane asks for a row of column heads. */
const asksForHeads = (
  { keptOkRows, asksForHeads: always }: { readonly keptOkRows?: number; readonly asksForHeads?: true },
  { rows }: RenderContext,
  problems: number,
): boolean => (rows >= minRowsForHeads ? problems > 0 || keptOkRows === undefined : always === true);

/** Creates a pane from its definition. Adds the columns of its kind's fields, filter, order, folding, cursor, title and details. */
export const defineKindPane = <R extends PaneRow>(given: PaneSpec<R>): Pane => {
  const spec = withFieldColumns(given);
  const rows = createPaneRows(spec);
  const pane: DefinedPane<R> = { spec, rows };
  const rowOf = (view: RenderContext, key: string | undefined): R | undefined =>
    rows.all(view).find((item) => item.key === key);
  const enter = (context: KeyContext): void => {
    const row = rowOf(context.view, context.row?.key);
    if (row !== undefined) spec.enter?.(context, row);
  };
  return {
    id: spec.id,
    ...defined({ key: spec.key }),
    title: spec.title,
    noun: spec.noun,
    ...defined({ kind: spec.kind, rowKey: spec.rowKey }),
    isAvailable: (view) => spec.optional !== true || spec.kind === undefined || isGiven(view, spec.kind),
    orders: orderNames(spec),
    sortColumns: (view) => sortableHeads(paneColumns(spec, view, 'full', view.columns - 2)),
    columns: (view) =>
      listColumns(
        spec.table(view, view.ui.place === 'overview' ? 'brief' : 'full', view.columns - 2),
        paneState(view.ui, spec.id).columns,
      ),
    ...(spec.followsNewest === undefined ? {} : { followsNewest: true as const }),
    columnCount: (view) => spec.columns?.(view) ?? 0,
    keys: spec.keys,
    query: rows.query,
    everyRow: rows.every,
    table: (view, some) => {
      const own = new Map(rows.every(view).map((row) => [row.key, row]));
      const known = some.flatMap(({ key }) => own.get(key) ?? []);
      return sheetOf(paneColumns(spec, view, 'full', sheetWidth), known);
    },
    ...defined({ rowParts: spec.rowParts }),
    allRows: rows.all,
    rows: (view) => rows.query(view).rows,
    displayedRows: rows.displayed,
    desiredHeight: (view, form) => {
      const displayed = rows.displayed(view, form);
      const { problems, okFolds: folds } = summarizeRows(displayed);
      const hasSides = hasPanelSides(view);
      const isFocused = view.ui.focus === spec.id;
      // Its counts are all there is to say: a line.
      if (folds === displayed.length && folds > 0 && spec.isLineWhenOk === true && !hasSides && !isFocused)
        return 1;
      // The title counts OK rows: beside others they ask for no row of their number, and on a small screen for none.
      const small = form === 'folded' && !isFocused ? displayed.length - problems : folds;
      const counted = hasSides ? (spec.keptOkRows === undefined ? 0 : folds) : small;
      const shown = displayed.length - (displayed.length > counted ? counted : 0);
      const heads = shown > 0 && asksForHeads(spec, view, problems) ? 1 : 0;
      return 1 + heads + shown + paneStates(pane, view, form).length;
    },
    detailFeeds: (view, key) => {
      const row = spec.noteRequests === undefined ? undefined : rowOf(view, key);
      return row === undefined ? [] : onDemandFeedIds(view, spec.noteRequests?.(view, row) ?? []);
    },
    render: (view, room) => drawPane(pane, view, room),
    ...(spec.beside === undefined && spec.opened === undefined
      ? {}
      : { divider: (view, room) => dividerOf(pane, view, room) }),
    ...(spec.boxes === undefined
      ? {}
      : {
          outlines: (view, room) => {
            const boxes = openedBoxes(pane, view, room);
            return boxes === undefined ? undefined : openedOutlines(boxes, room);
          },
        }),
    ...defined({ isFramed: spec.isFramed }),
    visibleRows: (view, room) => visibleRowsOf(pane, view, room),
    ...(spec.hasLevels === false ? {} : { problemCount: (view) => countProblems(rows.counted(view)) }),
    // The title counts the same rows.
    problems: (view) => findingsOf(rows.counted(view), spec.problem),
    ...defined({ shortRow: spec.shortRow, landingRow: spec.landingRow }),
    ...(spec.enter === undefined ? { offersRunbooks: true as const } : { enter }),
    ...(spec.cell === undefined ? {} : { cell: (view, row) => paneCell(pane, view, row) }),
  };
};
