import type { Level } from '../../domain/level.ts';
import { applyFilter, type FilterError } from '../features/filter/filter.ts';
import { type LevelFilter, type PaneState, paneState } from '../model.ts';
import type { RenderContext } from '../render-context.ts';
import { memoizePerObject } from './memoize.ts';
import type { PaneRow } from './pane-row.ts';

/** The rows that a person wants to see of a pane, in the order they want, and how they came to be these. */
export interface PaneQueryResult<R> {
  readonly rows: readonly R[];
  /** All that the pane has, filter or not. */
  readonly all: number;
  /** Some word of the filter stands nowhere as it was typed. */
  readonly isFuzzy: boolean;
  /** The filter cannot be understood: these are the rows of the last one that could. */
  readonly filterError?: FilterError;
}

/** One of a pane's orders besides the first. */
export interface PaneOrder<R> {
  readonly name: string;
  /** Absent: the rows come in this order already, as those of a tree do, turned round as well. */
  compare?(a: R, b: R): number;
}

/** In words, what the level filter leaves. */
export const levelFilterLabels: Readonly<Record<LevelFilter, string>> = {
  bad: 'not OK',
  crit: 'CRIT only',
};

const isAsBad = (level: Level, least: LevelFilter): boolean =>
  least === 'bad' ? level !== 'ok' : level === 'crit';

const ordered = <R extends PaneRow>(
  rows: readonly R[],
  { order, reversed }: PaneState,
  orders: readonly PaneOrder<R>[],
  isTree: boolean,
): readonly R[] => {
  const compare = orders[order - 1]?.compare;
  const sorted = compare === undefined ? rows : rows.toSorted(compare);
  return reversed === true && !isTree ? sorted.toReversed() : sorted;
};

/** Filter, level filter and order of a pane, worked out once for its rows and what was asked of them. */
export const createPaneQuery = <R extends PaneRow>(
  pane: string,
  allRows: (view: RenderContext) => readonly R[],
  orders: readonly PaneOrder<R>[],
): ((view: RenderContext) => PaneQueryResult<R>) => {
  const kept = memoizePerObject<PaneQueryResult<R>>();
  return (view) => {
    const state = paneState(view.ui, pane);
    const { least, order, reversed } = state;
    const filter = view.pen.resolveAliases(state.filter);
    const goodFilter = view.pen.resolveAliases(state.goodFilter ?? '');
    const all = allRows(view);
    return kept(all, [filter, goodFilter, least, order, reversed], () => {
      const asked = applyFilter(all, filter);
      const found = asked.error === undefined ? asked : applyFilter(all, goodFilter);
      const bad = least === undefined ? found.rows : found.rows.filter(({ level }) => isAsBad(level, least));
      const isTree = all.some(({ treePosition: branch }) => branch !== undefined);
      return {
        rows: ordered(bad, state, orders, isTree),
        all: all.length,
        isFuzzy: found.isFuzzy,
        ...(asked.error === undefined ? {} : { filterError: asked.error }),
      };
    });
  };
};
