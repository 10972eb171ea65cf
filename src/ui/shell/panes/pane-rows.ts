import type { PaneForm, PaneQueryResult, PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { inHeldOrder } from '../contract/row-order.ts';
import { hasPanelSides } from '../layout/screen-size.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { memoizeReads } from '../state/tracked-reads.ts';
import { type DisplayedRow, foldAlikeRows, foldOkRows } from './folded-rows.ts';
import { createPaneQuery } from './pane-query.ts';
import type { PaneSpec } from './pane-spec.ts';
import { sheetWidth } from './sheet.ts';

/** The rows of a pane, from all of them to those that it displays. Memoized. */
export interface PaneRows<R extends PaneRow> {
  /** Of a tree the expanded rows. */
  all(view: RenderContext): readonly R[];
  /** Of a tree also the rows that are not expanded. */
  every(view: RenderContext): readonly R[];
  /** The filtered rows in the chosen order. */
  query(view: RenderContext): PaneQueryResult<R>;
  /** The rows of the query; OK rows are folded in a small pane, and the order is held while the user moves in them. */
  displayed(view: RenderContext, form: PaneForm): readonly DisplayedRow<R>[];
  /** True if rows are in another order than they would be without the hold. */
  isOrderHeld(view: RenderContext, form: PaneForm): boolean;
  /** The rows that the title counts and that problems are derived from. */
  counted(view: RenderContext): readonly R[];
}

/** Creates the rows of a pane from its definition. */
export const createPaneRows = <R extends PaneRow>(spec: PaneSpec<R>): PaneRows<R> => {
  const all = memoizeReads((view) => spec.rows(view));
  const every = memoizeReads((view) => spec.rows(view, true));
  const query = createPaneQuery(spec.id, all, spec.orders, (view) => spec.table(view, 'full', sheetWidth));
  const memoizedFolded = memoizePerObject<readonly DisplayedRow<R>[]>();
  const memoizedHeld = memoizePerObject<readonly DisplayedRow<R>[]>();
  const memoizedIsHeld = memoizePerObject<boolean>();
  const memoizedCounted = memoizePerObject<readonly R[]>();

  const folded = (
    view: RenderContext,
    rows: readonly R[],
    held?: ReadonlySet<string>,
  ): readonly DisplayedRow<R>[] => {
    // In the focused pane each row can be acted upon.
    const alikeKey = view.ui.focus === spec.id ? undefined : spec.alikeKey?.(view);
    const kept = hasPanelSides(view) ? (spec.keptOkRows ?? 0) : 0;
    return foldOkRows(alikeKey === undefined ? rows : foldAlikeRows(rows, alikeKey, held), { held, kept });
  };

  const sorted = (view: RenderContext, form: PaneForm): readonly DisplayedRow<R>[] => {
    const { rows } = query(view);
    return form === 'folded'
      ? memoizedFolded(rows, [hasPanelSides(view), view.ui.focus === spec.id], () => folded(view, rows))
      : rows;
  };

  const displayed = (view: RenderContext, form: PaneForm): readonly DisplayedRow<R>[] => {
    const { orderHold } = view.ui;
    if (orderHold?.pane !== spec.id) return sorted(view, form);
    const { keys } = orderHold;
    const { rows } = query(view);
    return memoizedHeld(rows, [form, keys, hasPanelSides(view), view.ui.focus === spec.id], () =>
      inHeldOrder(form === 'folded' ? folded(view, rows, new Set(keys)) : rows, keys),
    );
  };

  return {
    all,
    every,
    query,
    displayed,
    isOrderHeld: (view, form) => {
      if (view.ui.orderHold?.pane !== spec.id) return false;
      const unheld = sorted(view, form);
      const shown = displayed(view, form);
      return memoizedIsHeld(shown, [unheld], () =>
        shown.some(({ key }, index) => key !== unheld[index]?.key),
      );
    },
    counted: (view) => {
      const rows = spec.findingRows?.(view) ?? all(view);
      const { isCounted } = spec;
      return isCounted === undefined ? rows : memoizedCounted(rows, [], () => rows.filter(isCounted));
    },
  };
};
