import { type Level, worseLevel } from '../../../domain/facts/level.ts';
import { paneState, updatePane } from '../contract/model.ts';
import type { Binding, KeyContext } from '../contract/pane.ts';
import type { PaneRow } from '../contract/pane-row.ts';
import type { RenderContext } from '../contract/render-context.ts';
import { compareWorstFirst } from './ranking.ts';
import { createTreeRows, type TreeNode } from './tree.ts';

/** A grouping of rows. */
export interface RowGrouping<R extends PaneRow> {
  readonly name: string;
  of(row: R): string;
}

/** The active grouping of a pane; undefined: ungrouped. */
const groupingOf = <R extends PaneRow>(
  view: RenderContext,
  pane: string,
  groupings: readonly RowGrouping<R>[],
): RowGrouping<R> | undefined => groupings[(paneState(view.ui, pane).options?.group ?? 0) - 1];

const keyOf = (grouping: string, name: string): string => `group/${grouping}/${name}`;

const worstOf = (rows: readonly PaneRow[]): Level =>
  rows.reduce<Level>((worst, row) => worseLevel(worst, row.level), 'ok');

/** Creates the common part of a group row; the pane adds the rest. */
export const createGroupRow = <R extends PaneRow>(
  grouping: string,
  name: string,
  members: readonly R[],
): PaneRow => ({
  key: keyOf(grouping, name),
  level: worstOf(members),
  label: name,
  text: [name, ...members.map((row) => row.text)].join(' '),
  isNotable: true,
});

type Make<R> = (grouping: string, name: string, members: readonly R[]) => readonly R[];

const nodesOf = <R extends PaneRow>(
  rows: readonly R[],
  grouping: RowGrouping<R>,
  make: Make<R>,
): readonly TreeNode<R>[] =>
  [...Map.groupBy(rows, grouping.of)].flatMap(([name, members]) =>
    make(grouping.name, name, members).map((row) => ({
      row,
      children: () => members.map((member) => ({ row: member })),
    })),
  );

interface GroupedSpec<R extends PaneRow> {
  /** The pane's id. */
  readonly id: string;
  groupings(view: RenderContext): readonly RowGrouping<R>[];
  /** All rows ungrouped, worst first. */
  plain(view: RenderContext): readonly R[];
  /** Creates the row of a group from its members, which are worst first; empty for no members. */
  readonly group: Make<R>;
}

/** Creates the row selector: ungrouped rows, or a tree of groups and members. */
export const createGroupedRows = <R extends PaneRow>(
  spec: GroupedSpec<R>,
): ((view: RenderContext, everything?: boolean) => readonly R[]) => {
  const { id, plain, groupings, group } = spec;
  const chosen = (view: RenderContext): RowGrouping<R> | undefined => groupingOf(view, id, groupings(view));
  const tree = createTreeRows<R>({
    id,
    first: compareWorstFirst,
    roots: (view) => {
      const grouping = chosen(view);
      return grouping === undefined ? [] : nodesOf(plain(view), grouping, group);
    },
  });
  return (view, everything) => (chosen(view) === undefined ? plain(view) : tree(view, everything));
};

/** The `b` binding: switches to the next grouping and expands all groups. */
export const groupByKey = <R extends PaneRow>(
  pane: string,
  title: string,
  names: readonly string[],
  groupingsOf: (view: RenderContext) => readonly RowGrouping<R>[],
  rows: (view: RenderContext) => readonly R[],
): Binding => ({
  id: `${pane}.group`,
  keys: ['b'],
  description: `group by ${names.join(', ')}`,
  footer: 'group',
  footerMinColumns: 110,
  run: (context: KeyContext) => {
    const groupings = groupingsOf(context.view);
    const state = paneState(context.view.ui, pane);
    const next = ((state.options?.group ?? 0) + 1) % (groupings.length + 1);
    const grouping = groupings[next - 1];
    const groups = grouping === undefined ? [] : rows(context.view).map(grouping.of);
    updatePane(context.model, pane, {
      options: { ...state.options, group: next },
      expandedKeys: [...new Set(groups)].map((name) => keyOf(grouping?.name ?? '', name)),
    });
    context.notify(grouping === undefined ? `${title}: ungrouped` : `${title}: by ${grouping.name}`);
  },
});
