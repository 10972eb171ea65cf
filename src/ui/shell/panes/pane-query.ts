import { defined } from '../../../domain/base/defined.ts';
import type { Level } from '../../../domain/facts/level.ts';
import type { Column } from '../../kit/components/table.ts';
import { type LevelFilter, paneState } from '../contract/model.ts';
import type { PaneQueryResult } from '../contract/pane-row.ts';
import { countWithFolded, type PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { applyFilter } from '../filter/filter.ts';
import { memoizePerObject } from '../state/memoize.ts';
import { inOrder, type PaneOrder, selectedOrder } from './order.ts';

/** Labels of the level filter. */
export const levelFilterLabels: Readonly<Record<LevelFilter, string>> = {
  bad: 'worse than OK',
  crit: 'CRIT only',
};

const isAsBad = (level: Level, least: LevelFilter): boolean =>
  least === 'bad' ? level !== 'ok' : level === 'crit';

/** Creates the query of a pane: filter, level filter and order, memoized per rows and query. */
export const createPaneQuery = <R extends PaneRow>(
  pane: string,
  allRows: (view: RenderContext) => readonly R[],
  orders: readonly PaneOrder<R>[],
  columnsOf: (view: RenderContext) => readonly Column<R>[],
): ((view: RenderContext) => PaneQueryResult<R>) => {
  const memoized = memoizePerObject<PaneQueryResult<R>>();
  return (view) => {
    const state = paneState(view.ui, pane);
    const { least, order, reversed, sortColumn } = state;
    const filter = view.pen.resolveAliases(state.filter);
    const goodFilter = view.pen.resolveAliases(state.goodFilter ?? '');
    const all = allRows(view);
    const drawn = sortColumn === undefined ? [] : [view.pen.shared, view.columns];
    return memoized(all, [filter, goodFilter, least, order, reversed, sortColumn, ...drawn], () => {
      const current = applyFilter(all, filter);
      const result = current.error === undefined ? current : applyFilter(all, goodFilter);
      const matching =
        least === undefined ? result.rows : result.rows.filter(({ level }) => isAsBad(level, least));
      const selected = selectedOrder(state, orders, () => columnsOf(view), matching);
      return {
        rows: inOrder(matching, selected, reversed === true),
        all: countWithFolded(all),
        isFuzzy: result.isFuzzy,
        ...defined({ filterError: current.error }),
      };
    });
  };
};
