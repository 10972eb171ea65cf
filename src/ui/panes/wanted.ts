import type { Level } from '../../domain/level.ts';
import { filtered, type Wrong } from '../features/filter/filter.ts';
import { type LeastLevel, type PaneState, paneStateOf } from '../model.ts';
import type { View } from '../view.ts';
import type { PaneRow } from './row.ts';
import { keptOn } from './rows-of.ts';

/** The rows that a person wants to see of a pane, in the order they want, and how they came to be these. */
export interface Wanted<R> {
  readonly rows: readonly R[];
  /** All that the pane has, filter or not. */
  readonly all: number;
  /** Some word of the filter stands nowhere as it was typed. */
  readonly loosely: boolean;
  /** The filter cannot be understood: these are the rows of the last one that could. */
  readonly wrong?: Wrong;
}

/** One of a pane's orders besides the first. */
export interface Order<R> {
  readonly name: string;
  /** Absent: the rows come in this order already, as those of a tree do, turned round as well. */
  compare?(a: R, b: R): number;
}

/** In words, what the level filter leaves. */
export const leastWords: Readonly<Record<LeastLevel, string>> = {
  bad: 'worse than OK',
  crit: 'CRIT only',
};

const isAsBad = (level: Level, least: LeastLevel): boolean =>
  least === 'bad' ? level !== 'ok' : level === 'crit';

const ordered = <R extends PaneRow>(
  rows: readonly R[],
  { order, reversed }: PaneState,
  orders: readonly Order<R>[],
  isTree: boolean,
): readonly R[] => {
  const compare = orders[order - 1]?.compare;
  const sorted = compare === undefined ? rows : rows.toSorted(compare);
  return reversed === true && !isTree ? sorted.toReversed() : sorted;
};

/** Filter, level filter and order of a pane, worked out once for its rows and what was asked of them. */
export const wantedOf = <R extends PaneRow>(
  pane: string,
  allRows: (view: View) => readonly R[],
  orders: readonly Order<R>[],
): ((view: View) => Wanted<R>) => {
  const kept = keptOn<Wanted<R>>();
  return (view) => {
    const state = paneStateOf(view.ui, pane);
    const { least, order, reversed } = state;
    const filter = view.pen.meant(state.filter);
    const goodFilter = view.pen.meant(state.goodFilter ?? '');
    const all = allRows(view);
    return kept(all, [filter, goodFilter, least, order, reversed], () => {
      const asked = filtered(all, filter);
      const found = asked.wrong === undefined ? asked : filtered(all, goodFilter);
      const bad = least === undefined ? found.rows : found.rows.filter(({ level }) => isAsBad(level, least));
      const isTree = all.some(({ branch }) => branch !== undefined);
      return {
        rows: ordered(bad, state, orders, isTree),
        all: all.length,
        loosely: found.loosely,
        ...(asked.wrong === undefined ? {} : { wrong: asked.wrong }),
      };
    });
  };
};
